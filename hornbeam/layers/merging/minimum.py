"""`Minimum`: the smallest of several tensors at every place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.layers.merging.base_merge import Extreme


class Minimum(Extreme):
    """y = min(x1, x2, ...); masked steps of an input do not count.

    >>> import hornbeam
    >>> a, b = hornbeam.ops.zeros((1, 2)), hornbeam.ops.ones((1, 2))
    >>> hornbeam.layers.Minimum()([a, b]).tolist()
    [[0.0, 0.0]]
    """

    def better(self, x: Any, y: Any) -> Any:
        return engine.minimum(x, y)


def minimum(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """`Minimum(**kwargs)(inputs)`."""
    return Minimum(**kwargs)(inputs)
