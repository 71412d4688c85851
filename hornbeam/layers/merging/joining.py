"""Layers that join tensors along an axis: Concatenate and Dot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine, ops
from hornbeam.layers.base.checks import check_axes
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.merging.merging import check_several


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
        check_several(self, input_shape, at_least=1)
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
        check_several(self, input_shape, exactly=2)
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


def concatenate(inputs: Sequence[Any], axis: int = -1, **kwargs: Any) -> Any:
    """`Concatenate(axis, **kwargs)(inputs)`."""
    return Concatenate(axis, **kwargs)(inputs)


def dot(inputs: Sequence[Any], axes: int | Sequence[int] = -1, **kwargs: Any) -> Any:
    """`Dot(axes, **kwargs)(inputs)`."""
    return Dot(axes, **kwargs)(inputs)


def _full_mask(x: Any, mask: Any) -> Any:
    """A mask of the shape of `x`."""
    if mask is None:
        return engine.full(x.shape, True, "bool")
    return mask if mask.ndim == x.ndim else engine.broadcast_to(mask[..., None], x.shape)
