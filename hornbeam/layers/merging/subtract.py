"""`Subtract`: a difference of two tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam.layers.merging.base_merge import Merge, check_several


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


def subtract(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """`Subtract(**kwargs)(inputs)`."""
    return Subtract(**kwargs)(inputs)
