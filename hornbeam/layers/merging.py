"""Layers that make one tensor of several: Add, Concatenate, Dot and their kin."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from hornbeam import engine, ops
from hornbeam.layers.arguments import check_axes
from hornbeam.layers.base import Layer


class Merge(Layer):
    """Base of layers that combine several tensors element by element.

    Shapes broadcast; where ranks differ, axes of size 1 come after the batch of the smaller. A step is masked in the
    output where every input masks it.
    """

    supports_masking = True

    def build(self, input_shape: Any) -> None:
        _check_several(self, input_shape)

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
        _check_several(self, input_shape, exactly=2)

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

    better: ClassVar[Callable[[Any, Any], Any]]

    def call(self, inputs: Sequence[Any], mask: Any = None) -> Any:
        if mask is None:
            return super().call(inputs)
        return functools.reduce(self._combine, zip(inputs, mask, strict=True))[0]

    def _combine(self, one: tuple[Any, Any], other: tuple[Any, Any]) -> tuple[Any, Any]:
        (x, real), (y, also) = one, other
        y = y if also is None else engine.where(also[..., None], y, x)
        x = x if real is None else engine.where(real[..., None], x, y)
        both = None if real is None or also is None else engine.logical_or(real, also)
        return type(self).better(x, y), both

    def merge(self, inputs: list[Any]) -> Any:
        return functools.reduce(type(self).better, inputs)


class Maximum(_Extreme):
    """y = max(x1, x2, ...); masked steps of an input do not count.

    >>> import hornbeam
    >>> a, b = hornbeam.ops.zeros((1, 2)), hornbeam.ops.ones((1, 2))
    >>> hornbeam.layers.Maximum()([a, b]).tolist()
    [[1.0, 1.0]]
    """

    better = staticmethod(lambda x, y: engine.maximum(x, y))


class Minimum(_Extreme):
    """y = min(x1, x2, ...); masked steps of an input do not count.

    >>> import hornbeam
    >>> a, b = hornbeam.ops.zeros((1, 2)), hornbeam.ops.ones((1, 2))
    >>> hornbeam.layers.Minimum()([a, b]).tolist()
    [[0.0, 0.0]]
    """

    better = staticmethod(lambda x, y: engine.minimum(x, y))


class Concatenate(Layer):
    """The inputs one after another along an axis.

    A step is masked in the output where all features there are; an input without a mask counts as not masked.

    Args:
        axis: the axis along which shapes may differ; the others must agree.

    >>> import hornbeam
    >>> a, b = hornbeam.ops.zeros((1, 2)), hornbeam.ops.ones((1, 1))
    >>> hornbeam.layers.Concatenate()([a, b]).tolist()
    [[0.0, 0.0, 1.0]]
    """

    supports_masking = True

    def __init__(self, axis: int = -1, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())

    def build(self, input_shape: Any) -> None:
        _check_several(self, input_shape, at_least=1)
        rank = len(input_shape[0])
        axis = check_axes(self, self.axis, rank)[0] % rank
        for place in range(rank):
            sizes = {shape[place] for shape in input_shape if len(shape) == rank} - {None}
            if (len(sizes) > 1 and place != axis) or any(len(shape) != rank for shape in input_shape):
                raise ValueError(
                    f"The inputs of layer `{self.name}` (Concatenate) must agree in shape but for axis {self.axis}. "
                    f"Received: shapes {', '.join(str(tuple(shape)) for shape in input_shape)}."
                )

    def call(self, inputs: Sequence[Any]) -> Any:
        return engine.concatenate(list(inputs), self.axis)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        if previous_mask is None or all(mask is None for mask in previous_mask):
            return None
        full = [_full_mask(x, mask) for x, mask in zip(inputs, previous_mask, strict=True)]
        return engine.any(engine.concatenate(full, self.axis), axis=-1)


class Dot(Layer):
    """y[b, ..., ...] = sum over k of x1[b, ..., k, ...] x2[b, ..., k, ...].

    Args:
        axes: the axis of the sum, or one for each input.
        normalize: whether the inputs get length 1 along these axes first; then y is a cosine.

    Inputs: two tensors with the same batch. Output: (batch, other axes of x1, other axes of x2), or (batch, 1).

    >>> import hornbeam
    >>> a = hornbeam.ops.ones((1, 3))
    >>> hornbeam.layers.Dot(axes=1)([a, a]).tolist()
    [[3.0]]
    """

    supports_masking = True

    def __init__(self, axes: int | Sequence[int], normalize: bool = False, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        pair = (axes, axes) if isinstance(axes, int) else axes
        if not isinstance(pair, tuple | list) or len(pair) != 2 or not all(isinstance(axis, int) for axis in pair):
            raise ValueError(f"`axes` of `Dot` must be an integer or two of them. Received: axes={axes!r}.")

    def build(self, input_shape: Any) -> None:
        _check_several(self, input_shape, exactly=2)
        first, second = input_shape
        a, b = self._axes(len(first), len(second))
        if 0 in (a, b) or (None not in (first[a], second[b]) and first[a] != second[b]):
            raise ValueError(
                f"The inputs of layer `{self.name}` (Dot) must have equal sizes along `axes`, which are not the batch. "
                f"Received: axes={self.axes}, shapes {tuple(first)} and {tuple(second)}."
            )

    def call(self, inputs: Sequence[Any]) -> Any:
        x, y = inputs
        a, b = self._axes(x.ndim, y.ndim)
        if self.normalize:
            x, y = ops.normalize(x, a), ops.normalize(y, b)
        letters = "acdefghijklmnop"
        left = "b" + letters[: x.ndim - 1]
        right = "b" + letters[x.ndim - 1 :][: y.ndim - 1]
        left, right = left[:a] + "z" + left[a + 1 :], right[:b] + "z" + right[b + 1 :]
        result = engine.einsum(f"{left},{right}->{(left + right[1:]).replace('z', '')}", x, y)
        return result[:, None] if result.ndim == 1 else result

    def _axes(self, *ranks: int) -> tuple[int, ...]:
        axes = (self.axes, self.axes) if isinstance(self.axes, int) else self.axes
        return tuple(check_axes(self, axis, rank)[0] % rank for axis, rank in zip(axes, ranks, strict=True))

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> None:
        return None


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


def concatenate(inputs: Sequence[Any], axis: int = -1, **kwargs: Any) -> Any:
    """`Concatenate(axis, **kwargs)(inputs)`."""
    return Concatenate(axis, **kwargs)(inputs)


def dot(inputs: Sequence[Any], axes: int | Sequence[int] = -1, **kwargs: Any) -> Any:
    """`Dot(axes, **kwargs)(inputs)`."""
    return Dot(axes, **kwargs)(inputs)


def _expand(x: Any, rank: int) -> Any:
    return engine.reshape(x, (*x.shape[:1], *(1,) * (rank - x.ndim), *x.shape[1:]))


def _full_mask(x: Any, mask: Any) -> Any:
    """A mask of the shape of `x`."""
    if mask is None:
        return engine.full(x.shape, True, "bool")
    return mask if mask.ndim == x.ndim else engine.broadcast_to(mask[..., None], x.shape)


def _check_several(layer: Layer, shapes: Any, at_least: int = 1, exactly: int | None = None) -> None:
    """A list of shapes, and as many as it takes."""
    is_list = isinstance(shapes, list) and all(isinstance(shape, tuple | list) for shape in shapes)
    count = len(shapes) if is_list else 0
    if count < at_least or (exactly is not None and count != exactly):
        many = f"{exactly} tensors" if exactly is not None else f"at least {at_least} tensor{'s' * (at_least > 1)}"
        received = f"shapes {shapes}" if is_list else f"one tensor of shape {shapes}"
        raise ValueError(f"Layer `{layer.name}` ({type(layer).__name__}) takes a list of {many}. Received: {received}.")
