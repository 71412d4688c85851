"""`Multiply`: a product of tensors, element by element."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.layers.merging.base_merge import Merge


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


def multiply(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """`Multiply(**kwargs)(inputs)`."""
    return Multiply(**kwargs)(inputs)
