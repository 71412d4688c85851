"""What happens around `Layer.build`: it is told the shapes, and they are noted for files."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Any

from hornbeam import engine
from hornbeam.core import naming, serialization
from hornbeam.core.renaming.arguments import own_parameters
from hornbeam.core.running import running
from hornbeam.core.shape import shapes_of
from hornbeam.layers.base.call import Arguments

#: Arguments that any layer takes which may be the first of a model; they are no part of its config.
FIRST_LAYER_HINTS = ("input_shape", "batch_shape", "batch_size", "weights")


def with_building(build: Callable[..., Any]) -> Callable[..., Any]:
    """`build` that also notes the shapes it was called with, and that the layer is built."""
    if is_own_build(build):
        return build
    is_users = not serialization.is_builtin(build)

    @functools.wraps(build)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        internals = self.__hornbeam__
        if internals.is_building:
            return build(self, *args, **kwargs)
        internals.is_building = True
        try:
            with naming.scope(self.name):
                internals.path = naming.path("").rstrip("/")
                result = (
                    build(self, *shapes_of(args), **shapes_of(kwargs)) if is_users else build(self, *args, **kwargs)
                )
        finally:
            internals.is_building = False
        names = list(own_parameters(build))[1:]
        internals.build_shapes = dict(zip(names, args, strict=False)) | kwargs
        self.built = internals.is_complete = True
        return result

    wrapper._notes_shapes = True  # type: ignore[attr-defined]
    return wrapper


def is_own_build(build: Callable[..., Any]) -> bool:
    """Whether `build` is that of a class which makes weights in it, and not what all layers have."""
    return getattr(build, "_notes_shapes", False)


def ensure_built(layer: Any, arguments: Arguments) -> None:
    """Build a layer that is called for the first time."""
    internals = layer.__hornbeam__
    if not layer.built and not internals.is_building:
        arguments.check_complete(layer)
        with naming.scopes(_names_above()), engine.eager():  # what it computes has values, while shapes are traced too
            layer.build(*arguments.shapes(type(layer).build))
        layer.built = internals.is_complete = True
        if internals.first_weights is not None:
            type(layer).set_weights(layer, internals.first_weights)


def _names_above() -> list[str]:
    """The names of the layers whose `call` calls the last one, down from one that is being built: its path is known."""
    above = [layer for layer, inner in itertools.pairwise(running.layers) if layer is not inner]
    called = itertools.takewhile(lambda layer: not layer.__hornbeam__.is_building, reversed(above))
    return [layer.name for layer in called][::-1]


def first_shape(hints: dict[str, Any], where: str) -> tuple[int | None, ...] | None:
    """The batch shape that a first layer's `batch_shape` or `input_shape` describes."""
    if hints.get("batch_shape") is not None:
        return tuple(hints["batch_shape"])
    shape = hints.get("input_shape")
    if shape is None:
        return None
    if isinstance(shape, int):
        raise ValueError(
            f"`input_shape` of `{where}` must be a tuple, without the batch: `({shape},)`. "
            f"Received: input_shape={shape}."
        )
    return (hints.get("batch_size"), *shape)
