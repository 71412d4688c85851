"""`Dot`: sums of products along an axis of two tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine, ops
from hornbeam.layers.base.checks import WrongKindError, check_axes
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.merging.base_merge import check_several


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
            raise WrongKindError(f"`axes` of `Dot` must be an integer or two of them. Received: axes={axes!r}.")

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

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        return None


def dot(inputs: Sequence[Any], axes: int | Sequence[int] = -1, normalize: bool = False, **kwargs: Any) -> Any:
    """`Dot(axes, normalize, **kwargs)(inputs)`."""
    return Dot(axes, normalize, **kwargs)(inputs)
