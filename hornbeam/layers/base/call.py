"""What happens around `Layer.call`: whose turn it is, which arguments it gets, and how `build` is told the shapes."""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from hornbeam.core import masking, naming, symbolic, tree


class Context(threading.local):
    """The layers whose calls are running in this thread, outermost first, and the `training` flag they share."""

    def __init__(self) -> None:
        self.layers: list[Any] = []
        self.training: bool | None = None

    @contextmanager
    def entered(self, layer: Any, args: Any, kwargs: Any) -> Iterator[Any]:
        """Run the body as part of `layer`; yields the layer around it, and says in errors where they happened."""
        outer = self.layers[-1] if self.layers else None
        training = self.training
        self.layers.append(layer)
        if kwargs.get("training") is not None:
            self.training = kwargs["training"]
        try:
            yield outer
        except Exception as error:
            if not getattr(error, "__notes__", None):
                error.add_note(
                    f"In layer `{self.path()}` ({type(layer).__name__}), called on {_describe((args, kwargs))}."
                )
            raise
        finally:
            self.layers.pop()
            self.training = training

    def path(self) -> str:
        """Their names; a layer whose shapes are inferred by calling it is named once."""
        inner = zip(self.layers, [None, *self.layers])
        return "/".join(layer.name for layer, before in inner if layer is not before)


context = Context()


class Signature:
    """The parameters of a `call` method, read once per class."""

    def __init__(self, call: Callable[..., Any]):
        parameters = list(inspect.signature(call).parameters.values())[1:]
        self.names = [p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.POSITIONAL_ONLY)]
        named = {p.name: p for p in parameters}
        self.training = "training" in named
        self.training_default = named["training"].default if self.training else None
        tensors = [n for n in self.names if n not in ("training", "mask") and not n.endswith("_mask")]
        self.masks = {
            n: m for i, n in enumerate(tensors) if (m := "mask" if i == 0 and "mask" in named else f"{n}_mask") in named
        }

    def bind(self, layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
        return Arguments(self, layer, args, dict(kwargs))


class Arguments:
    """The arguments of one call."""

    def __init__(self, signature: Signature, layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]):
        self.signature = signature
        self.layer = layer
        self.args = args
        self.kwargs = kwargs

    @property
    def by_name(self) -> dict[str, Any]:
        return dict(zip(self.signature.names, self.args, strict=False)) | self.kwargs

    @property
    def first(self) -> Any:
        """The first argument, however it was passed."""
        if self.args:
            return self.args[0]
        name = self.signature.names[0] if self.signature.names else None
        return self.kwargs.get(name, next(iter(self.kwargs.values()), None)) if name else None

    def fill(self, outer: Any) -> Any:
        """Add the inputs' masks and the `training` flag of the outer call; returns the first input's masks."""
        first = self.first
        masks = _masks(first)
        if self.signature.masks:
            given = self.by_name
            for name, mask_name in self.signature.masks.items():
                if given.get(mask_name) is None and given.get(name) is not None:
                    mask = masks if given[name] is first else _masks(given[name])
                    if mask is not None and mask_name not in self.signature.names[: len(self.args)]:
                        self.kwargs[mask_name] = mask
        if self.signature.training and self.by_name.get("training") is None:
            training = context.training
            if training is None:
                default = self.signature.training_default
                training = False if default in (None, inspect.Parameter.empty) else default
            if "training" not in self.signature.names[: len(self.args)]:
                self.kwargs["training"] = training
        elif self.signature.training:
            context.training = self.by_name["training"]
        elif "training" in self.kwargs:
            self.kwargs.pop("training")
        explicit = self.by_name.get("mask") if "mask" in self.signature.masks.values() else None
        return masks if explicit is None else explicit

    def shapes(self, build: Callable[..., Any]) -> list[Any]:
        """The shapes that `build` (or `compute_output_shape`) asks for: one per parameter named `<argument>_shape`."""
        names = [p for p in list(inspect.signature(build).parameters)[1:] if p not in ("args", "kwargs")]
        if len(names) <= 1:
            return [_shape(self.first)] if names or _is_variadic(build) else []
        given = self.by_name
        values = [given.get(name.removesuffix("_shape")) for name in names]
        if any(value is not None for value in values[:1]):
            shapes = [None if value is None else _shape(value) for value in values]
            while shapes and shapes[-1] is None:
                shapes.pop()
            return shapes
        return [_shape(self.first)]


def with_building(build: Callable[..., Any]) -> Callable[..., Any]:
    """`build` that also notes the shapes it was called with, and that the layer is built."""
    if getattr(build, "_notes_shapes", False):
        return build

    @functools.wraps(build)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        outermost = not vars(self).get("_is_building", False)
        if not outermost:
            return build(self, *args, **kwargs)
        self._is_building = True
        try:
            with naming.scope(self.name):
                result = build(self, *args, **kwargs)
        finally:
            del self._is_building
        names = list(inspect.signature(build).parameters)[1:]
        self._build_shapes = dict(zip(names, args, strict=False)) | kwargs
        self.built = True
        return result

    wrapper._notes_shapes = True  # type: ignore[attr-defined]
    return wrapper


def _is_variadic(fn: Callable[..., Any]) -> bool:
    return any(p.kind is p.VAR_POSITIONAL for p in inspect.signature(fn).parameters.values())


def _masks(value: Any) -> Any:
    """The mask of a tensor, or the masks of a list of tensors if any has one."""
    if value is None or isinstance(value, bool | int | float | str):
        return None
    if tree.is_nested(value):
        masks = [masking.get_mask(leaf) for leaf in tree.leaves(value)]
        return masks if any(mask is not None for mask in masks) else None
    return masking.get_mask(value)


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_shape(item) for item in value]
    return tuple(value.shape) if hasattr(value, "shape") else ()


def _describe(value: Any) -> str:
    args, kwargs = value
    shown = [_describe_one(item) for item in args] + [f"{key}={_describe_one(item)}" for key, item in kwargs.items()]
    return ", ".join(shown) or "nothing"


def _describe_one(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_describe_one(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_describe_one(item)}" for key, item in value.items()) + "}"
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"{symbolic.shown(value.shape)} {str(value.dtype).rpartition('.')[2]}"
    return repr(value)
