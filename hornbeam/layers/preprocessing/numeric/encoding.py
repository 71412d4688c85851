"""Integers as vectors: one-hot, multi-hot or counts."""

from __future__ import annotations

from typing import Any

from hornbeam import engine, ops


def encoded(indices: Any, mode: str, depth: int, dtype: str, weights: Any = None) -> Any:
    """Integers as vectors of `depth` numbers; those outside of [0, depth) leave no trace.

    Args:
        indices: of any shape.
        mode: "one_hot" keeps the shape and adds an axis, unless the last one has size 1; "multi_hot" says which ones
            are along the last axis, "count" how often each is, or the sum of its `weights`.
        depth: the length of the vectors.
        dtype: of the result.
        weights: of the shape of `indices`.
    """
    if indices.ndim == 0:
        indices = indices[None]
    elif mode == "one_hot" and indices.ndim > 1 and indices.shape[-1] == 1:
        indices = indices[..., 0]
    hot = ops.one_hot(indices, depth, dtype=dtype)
    if mode == "one_hot":
        return hot
    if mode == "multi_hot":
        return engine.cast(engine.any(hot != 0, -2), dtype)
    return engine.sum(hot if weights is None else hot * weights[..., None], -2)
