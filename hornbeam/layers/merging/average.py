"""`Average`: the mean of several tensors."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from hornbeam.layers.merging.base_merge import Merge


class Average(Merge):
    """y = (x1 + x2 + ... + xn) / n.

    >>> import hornbeam
    >>> a, b = hornbeam.ops.zeros((1, 2)), hornbeam.ops.ones((1, 2))
    >>> hornbeam.layers.Average()([a, b]).tolist()
    [[0.5, 0.5]]
    """

    def merge(self, inputs: list[Any]) -> Any:
        return functools.reduce(lambda x, y: x + y, inputs) / len(inputs)


def average(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """`Average(**kwargs)(inputs)`."""
    return Average(**kwargs)(inputs)
