"""`tf.math.top_k`, whose result has names."""

from __future__ import annotations

from typing import Any, NamedTuple

from hornbeam import ops


class TopKV2(NamedTuple):
    """What `top_k` gives."""

    values: Any
    indices: Any


def top_k(input: Any, k: int = 1, sorted: bool = True, index_type: Any = None, name: Any = None) -> TopKV2:
    """The largest elements along the last axis, and where they are."""
    return TopKV2(*ops.top_k(input, k, sorted))
