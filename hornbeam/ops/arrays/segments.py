"""Sums, products and extremes of the rows that have the same id."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import symbolic
from hornbeam.core.brief import shown_shape
from hornbeam.ops.arrays.creation import zeros
from hornbeam.ops.dispatch import Array, is_inexact, op


def _by_ids(data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False) -> Any:
    _check(segment_ids)
    return None if num_segments is not None else symbolic.SymbolicTensor((None, *data.shape[1:]), data.dtype)


def _check(ids: Any) -> None:
    if len(ids.shape) != 1:
        raise ValueError(f"`segment_ids` must be a vector. Received: shape {shown_shape(ids.shape)}.")


@op(outputs=_by_ids)
def segment_sum(data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False) -> Array:
    """The sum of the rows of `data` that have each id; ids outside [0, num_segments) count nowhere."""
    n = _segments(segment_ids, num_segments)
    rows = engine.where((segment_ids >= 0) & (segment_ids < n), segment_ids, n)
    sums = zeros((n + 1, *data.shape[1:]), engine.dtype_name(data))
    return engine.scatter_add(sums, rows[:, None], data)[:n]


@op(outputs=_by_ids)
def segment_max(data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False) -> Array:
    """The maximum of the rows that have each id; minus infinity, or the least integer, for ids without rows."""
    return _segment(data, segment_ids, num_segments, engine.max, 0)


@op(outputs=_by_ids)
def segment_min(data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False) -> Array:
    """The minimum of the rows that have each id; infinity, or the greatest integer, for ids without rows."""
    return _segment(data, segment_ids, num_segments, engine.min, 1)


@op(outputs=_by_ids)
def segment_prod(data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False) -> Array:
    """The product of the rows that have each id; 1 for ids without rows."""
    return _segment(data, segment_ids, num_segments, engine.prod, None)


def _segment(data: Array, ids: Array, num_segments: int | None, reduce: Any, bound: int | None) -> Array:
    """Reduce over all rows for every id, rows of other ids being neutral."""
    n = _segments(ids, num_segments)
    if bound is None:
        neutral: Any = 1
    elif is_inexact(data):
        neutral = (-math.inf, math.inf)[bound]
    else:
        info = np.iinfo(engine.dtype_name(data))
        neutral = (int(info.min), int(info.max))[bound]
    hits = ids[None, :] == engine.arange(0, n, 1, "int32")[:, None]
    hits = engine.reshape(hits, tuple(hits.shape) + (1,) * (len(data.shape) - 1))
    return reduce(engine.where(hits, data[None], neutral), 1)


def _segments(ids: Array, num_segments: int | None) -> int:
    _check(ids)
    return int(engine.to_numpy(engine.max(ids))) + 1 if num_segments is None else num_segments
