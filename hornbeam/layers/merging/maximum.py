"""`Maximum`: the largest of several tensors at every place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.layers.merging.base_merge import Extreme


class Maximum(Extreme):
    """y = max(x1, x2, ...); masked steps of an input do not count.

    >>> import hornbeam
    >>> a, b = hornbeam.ops.zeros((1, 2)), hornbeam.ops.ones((1, 2))
    >>> hornbeam.layers.Maximum()([a, b]).tolist()
    [[1.0, 1.0]]
    """

    def better(self, x: Any, y: Any) -> Any:
        return engine.maximum(x, y)


def maximum(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """`Maximum(**kwargs)(inputs)`."""
    return Maximum(**kwargs)(inputs)
