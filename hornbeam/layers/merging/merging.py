"""Layers that combine tensors element by element: Add, Multiply, Maximum and their kin."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from hornbeam import engine
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
        return self.merge([x if x.ndim == rank else _expand(x, rank) for x in inputs])

    def merge(self, inputs: list[Any]) -> Any:
        """The combination of inputs of equal rank."""
        raise NotImplementedError

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        if previous_mask is None or any(mask is None for mask in previous_mask):
            return None
        return functools.reduce(engine.logical_or, previous_mask)


class Add(Merge):
    """y = x1 + x2 + ...

    >>> import hornbeam
    >>> a, b = hornbeam.ops.ones((1, 2)), hornbeam.ops.ones((1, 2))
    >>> hornbeam.layers.Add()([a, b]).tolist()
    [[2.0, 2.0]]
    """

    def merge(self, inputs: list[Any]) -> Any:
        return functools.reduce(lambda x, y: x + y, inputs)


class Subtract(Merge):
    """y = x1 - x2, of exactly two inputs.

    >>> import hornbeam
    >>> a, b = hornbeam.ops.ones((1, 2)), hornbeam.ops.ones((1, 2))
    >>> hornbeam.layers.Subtract()([a, b]).tolist()
    [[0.0, 0.0]]
    """

    def build(self, input_shape: Any) -> None:
        check_several(self, input_shape, exactly=2)

    def merge(self, inputs: list[Any]) -> Any:
        return inputs[0] - inputs[1]


class Multiply(Merge):
    """y = x1 x2 ..., where masked steps of an input count as 1, and 0 where all inputs are masked.

    >>> import hornbeam
    >>> a = hornbeam.ops.full((1, 2), 3.0)
    >>> hornbeam.layers.Multiply()([a, a]).tolist()
    [[9.0, 9.0]]
    """

    def call(self, inputs: Sequence[Any], mask: Any = None) -> Any:
        if mask is None:
            return super().call(inputs)
        y = super().call(
            [x if m is None else engine.where(m[..., None], x, 1) for x, m in zip(inputs, mask, strict=True)]
        )
        some = self.compute_mask(inputs, mask)
        return y if some is None else engine.where(some[..., None], y, 0)

    def merge(self, inputs: list[Any]) -> Any:
        return functools.reduce(lambda x, y: x * y, inputs)


class Average(Merge):
    """y = (x1 + x2 + ... + xn) / n.

    >>> import hornbeam
    >>> a, b = hornbeam.ops.zeros((1, 2)), hornbeam.ops.ones((1, 2))
    >>> hornbeam.layers.Average()([a, b]).tolist()
    [[0.5, 0.5]]
    """

    def merge(self, inputs: list[Any]) -> Any:
        return functools.reduce(lambda x, y: x + y, inputs) / len(inputs)


class _Extreme(Merge):
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


class Maximum(_Extreme):
    """y = max(x1, x2, ...); masked steps of an input do not count.

    >>> import hornbeam
    >>> a, b = hornbeam.ops.zeros((1, 2)), hornbeam.ops.ones((1, 2))
    >>> hornbeam.layers.Maximum()([a, b]).tolist()
    [[1.0, 1.0]]
    """

    def better(self, x: Any, y: Any) -> Any:
        return engine.maximum(x, y)


class Minimum(_Extreme):
    """y = min(x1, x2, ...); masked steps of an input do not count.

    >>> import hornbeam
    >>> a, b = hornbeam.ops.zeros((1, 2)), hornbeam.ops.ones((1, 2))
    >>> hornbeam.layers.Minimum()([a, b]).tolist()
    [[0.0, 0.0]]
    """

    def better(self, x: Any, y: Any) -> Any:
        return engine.minimum(x, y)


def add(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """`Add(**kwargs)(inputs)`."""
    return Add(**kwargs)(inputs)


def subtract(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """`Subtract(**kwargs)(inputs)`."""
    return Subtract(**kwargs)(inputs)


def multiply(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """`Multiply(**kwargs)(inputs)`."""
    return Multiply(**kwargs)(inputs)


def average(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """`Average(**kwargs)(inputs)`."""
    return Average(**kwargs)(inputs)


def maximum(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """`Maximum(**kwargs)(inputs)`."""
    return Maximum(**kwargs)(inputs)


def minimum(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """`Minimum(**kwargs)(inputs)`."""
    return Minimum(**kwargs)(inputs)


def _expand(x: Any, rank: int) -> Any:
    return engine.reshape(x, (*x.shape[:1], *(1,) * (rank - x.ndim), *x.shape[1:]))


def check_several(layer: Layer, shapes: Any, at_least: int = 1, exactly: int | None = None) -> None:
    """A list of shapes, and as many as it takes."""
    is_list = isinstance(shapes, list) and all(isinstance(shape, tuple | list) for shape in shapes)
    count = len(shapes) if is_list else 0
    if count < at_least or (exactly is not None and count != exactly):
        many = f"{exactly} tensors" if exactly is not None else f"at least {at_least} tensor{'s' * (at_least > 1)}"
        received = f"shapes {shapes}" if is_list else f"one tensor of shape {shapes}"
        raise ValueError(f"Layer `{layer.name}` ({type(layer).__name__}) takes a list of {many}. Received: {received}.")
