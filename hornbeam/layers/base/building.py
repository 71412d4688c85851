"""What happens around `Layer.build`: it is told the shapes, and they are noted for files."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from hornbeam.core import naming, symbolic


def with_building(build: Callable[..., Any]) -> Callable[..., Any]:
    """`build` that also notes the shapes it was called with, and that the layer is built."""
    if getattr(build, "_notes_shapes", False):
        return build

    @functools.wraps(build)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        internals = self.__hornbeam__
        if internals.is_building:
            return build(self, *args, **kwargs)
        internals.is_building = True
        try:
            with naming.scope(self.name):
                result = build(self, *args, **kwargs)
        finally:
            internals.is_building = False
        names = list(inspect.signature(build).parameters)[1:]
        internals.build_shapes = dict(zip(names, args, strict=False)) | kwargs
        self.built = True
        return result

    wrapper._notes_shapes = True  # type: ignore[attr-defined]
    return wrapper


def as_shape(shape: Any) -> Any:
    """A shape from a file: lists become tuples, a list of shapes stays a list."""
    if isinstance(shape, dict):
        return {key: as_shape(item) for key, item in shape.items()}
    if isinstance(shape, list | tuple):
        if any(isinstance(item, list | tuple) for item in shape):
            return [as_shape(item) for item in shape]
        return tuple(shape)
    return shape


def as_specs(shape: Any, dtype: str) -> Any:
    """Symbolic tensors for a shape, or for a list or dict of shapes."""
    if isinstance(shape, dict):
        return {key: as_specs(item, dtype) for key, item in shape.items()}
    if isinstance(shape, list | tuple) and any(isinstance(item, list | tuple) for item in shape):
        return [as_specs(item, dtype) for item in shape]
    return symbolic.SymbolicTensor(shape, dtype)


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
