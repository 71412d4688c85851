"""Indices as vectors: one-hot, multi-hot, counts, and counts with weights."""

from __future__ import annotations

from typing import Any

import numpy as np

MODES = ("int", "one_hot", "multi_hot", "count")


def encoded(indices: np.ndarray, mode: str, depth: int, dtype: Any, weights: np.ndarray | None = None) -> np.ndarray:
    """Indices as an array of `depth` columns.

    Args:
        indices: integers below `depth`; negative ones leave no trace.
        mode: "one_hot" keeps the shape and adds an axis, unless the last one has size 1; the others sum over the last
            axis.
        depth: the size of the last axis of the result.
        dtype: of the result.
        weights: a factor for each column, for "tf_idf".
    """
    if mode == "one_hot":
        indices = indices if indices.ndim > 1 and indices.shape[-1] == 1 else indices[..., None]
    else:
        indices = np.atleast_1d(indices)
    shape, size = indices.shape[:-1], indices.shape[-1]
    rows = np.prod(shape, dtype=np.int64)
    keys = (np.arange(rows)[:, None] * depth + indices.reshape(rows, size))[indices.reshape(rows, size) >= 0]
    if mode in ("one_hot", "multi_hot"):
        result = np.zeros(rows * depth, dtype)
        result[keys] = 1
    else:
        result = np.bincount(keys, minlength=rows * depth).astype(dtype)
    result = result.reshape(*shape, depth)
    return result if weights is None else result * weights.astype(dtype)


def encoded_shape(shape: tuple[int | None, ...], mode: str, depth: int | None) -> tuple[int | None, ...]:
    """The shape of `encoded(indices)` for indices of `shape`."""
    if mode == "int":
        return shape
    if mode == "one_hot" and not (len(shape) > 1 and shape[-1] == 1):
        return (*shape, depth)
    return (*shape[:-1], depth)
