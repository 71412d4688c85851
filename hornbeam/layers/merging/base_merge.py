"""What layers share that make one tensor of several."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core import symbolic
from hornbeam.layers.base.layer import Layer


class Merge(Layer):
    """Base of layers that combine several tensors element by element.

    Shapes broadcast; where ranks differ, axes of size 1 come after the batch of the smaller. A step is masked in the
    output where every input masks it.
    """

    supports_masking = True

    def build(self, input_shape: Any) -> None:
        check_several(self, input_shape)

    def call(self, inputs: Sequence[Any]) -> Any:
        rank = max(x.ndim for x in inputs)
        inputs = [x if x.ndim == rank else _expand(x, rank) for x in inputs]
        check_broadcast(self, [tuple(x.shape) for x in inputs])
        return self.merge(inputs)

    def merge(self, inputs: list[Any]) -> Any:
        """The combination of inputs of equal rank."""
        raise NotImplementedError

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        if mask is None or any(one is None for one in mask):
            return None
        return functools.reduce(engine.logical_or, mask)


class Extreme(Merge):
    """The extreme of those inputs that are not masked at a place."""

    def call(self, inputs: Sequence[Any], mask: Any = None) -> Any:
        if mask is None:
            return super().call(inputs)
        return functools.reduce(self._combine, zip(inputs, mask, strict=True))[0]

    def _combine(self, one: tuple[Any, Any], other: tuple[Any, Any]) -> tuple[Any, Any]:
        (x, real), (y, also) = one, other
        y = y if also is None else engine.where(also[..., None], y, x)
        x = x if real is None else engine.where(real[..., None], x, y)
        both = None if real is None or also is None else engine.logical_or(real, also)
        return self.better(x, y), both

    def merge(self, inputs: list[Any]) -> Any:
        return functools.reduce(self.better, inputs)

    def better(self, x: Any, y: Any) -> Any:
        """The extreme of two."""
        raise NotImplementedError


def check_several(layer: Layer, shapes: Any, at_least: int = 1, exactly: int | None = None) -> None:
    """A list of shapes, and as many as it takes."""
    is_list = isinstance(shapes, list) and all(isinstance(shape, tuple | list) for shape in shapes)
    count = len(shapes) if is_list else 0
    if count < at_least or (exactly is not None and count != exactly):
        many = f"{exactly} tensors" if exactly is not None else f"at least {at_least} tensor{'s' * (at_least > 1)}"
        received = f"shapes {shapes}" if is_list else f"one tensor of shape {shapes}"
        raise ValueError(f"Layer `{layer.name}` ({type(layer).__name__}) takes a list of {many}. Received: {received}.")


def check_broadcast(layer: Layer, shapes: Sequence[tuple[int, ...]]) -> None:
    """Shapes that are equal, but for sizes of 1."""
    for sizes in zip(*shapes, strict=True):
        if len({*sizes, 1}) > 2:
            raise ValueError(
                f"The inputs of layer `{layer.name}` ({type(layer).__name__}) must have one shape, or 1 where they "
                f"differ. Received: shapes {', '.join(str(symbolic.shown(one)) for one in shapes)}."
            )


def _expand(x: Any, rank: int) -> Any:
    return engine.reshape(x, (*x.shape[:1], *(1,) * (rank - x.ndim), *x.shape[1:]))
