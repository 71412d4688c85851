"""`Add`: a sum of tensors."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from hornbeam.layers.merging.base_merge import Merge


class Add(Merge):
    """y = x1 + x2 + ...

    >>> import hornbeam
    >>> a, b = hornbeam.ops.ones((1, 2)), hornbeam.ops.ones((1, 2))
    >>> hornbeam.layers.Add()([a, b]).tolist()
    [[2.0, 2.0]]
    """

    def merge(self, inputs: list[Any]) -> Any:
        return functools.reduce(lambda x, y: x + y, inputs)


def add(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """`Add(**kwargs)(inputs)`."""
    return Add(**kwargs)(inputs)
