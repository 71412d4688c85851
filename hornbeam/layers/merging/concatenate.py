"""`Concatenate`: tensors one after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine, ops
from hornbeam.core.declarations import fact
from hornbeam.layers.base.checks import check_axes, is_batch
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.merging.base_merge import check_masks, check_several


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

    @fact
    def row_independent(self) -> bool:
        """Whether the axis is not that of the batch."""
        return not is_batch(self, self.axis)

    def call(self, inputs: Sequence[Any]) -> Any:
        return engine.concatenate(list(inputs), self.axis)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        if mask is not None:
            check_masks(self, inputs, mask)
        if mask is None or all(one is None for one in mask):
            return None
        full = [_full_mask(x, one) for x, one in zip(inputs, mask, strict=True)]
        return ops.any(ops.concatenate(full, self.axis), axis=-1)


def concatenate(inputs: Sequence[Any], axis: int = -1, **kwargs: Any) -> Any:
    """`Concatenate(axis, **kwargs)(inputs)`."""
    return Concatenate(axis, **kwargs)(inputs)


def _full_mask(x: Any, mask: Any) -> Any:
    """A mask of the shape of `x`."""
    every = ops.ones_like(x, dtype="bool")
    return every if mask is None else mask if mask.ndim == x.ndim else ops.logical_and(mask[..., None], every)
