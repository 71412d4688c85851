"""Choosing, writing, ordering and counting elements."""

from __future__ import annotations

import builtins
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, ArrayOrScalar, Arrays, as_array, floating, is_inexact, normalize_axis, op

# fmt: off
__all__ = [
    "get_item", "take", "take_along_axis", "where", "select", "slice", "slice_update", "scatter", "scatter_update",
    "diagonal", "trace", "nonzero", "unravel_index",
    "sort", "argsort", "argpartition", "top_k", "in_top_k", "searchsorted", "digitize", "isin", "unique",
    "bincount", "histogram", "segment_sum", "segment_max", "segment_min", "segment_prod",
]
# fmt: on


@op(passes_values=True)
def get_item(x: Array, key: Any) -> Array:
    """`x[key]`."""
    keys = key if isinstance(key, tuple) else (key,)
    return x[tuple(k if _is_basic(k) else as_array(k) for k in keys)]


def _is_basic(key: Any) -> bool:
    return key is None or key is Ellipsis or isinstance(key, int | builtins.slice) or engine.is_tensor(key)


@op(passes_values=True)
def take(x: Array, indices: Array, axis: int | None = None) -> Array:
    """The elements of `x` at `indices` along `axis`, or of `x` as a vector.

    A negative index counts from the end; one out of range means the nearest valid one.
    """
    if axis is None:
        x, axis = arrays.ravel(x), 0
    return engine.take(x, indices, normalize_axis(axis, len(x.shape)))


@op(passes_values=True)
def take_along_axis(x: Array, indices: Array, axis: int | None = None) -> Array:
    """`x[..., indices[..., i, ...], ...]`: as many elements of every line along `axis` as `indices` has there."""
    if axis is None:
        x, indices, axis = arrays.ravel(x), arrays.ravel(indices), 0
    return engine.take_along_axis(x, indices, normalize_axis(axis, len(x.shape)))


@op(row_independent=True)
def where(condition: Array, x1: ArrayOrScalar | None = None, x2: ArrayOrScalar | None = None) -> Any:
    """`x1` where `condition` holds and `x2` elsewhere; without them the indices where it holds."""
    if x1 is None and x2 is None:
        return nonzero(condition)
    if x1 is None or x2 is None:
        raise ValueError("`where` takes both `x1` and `x2`, or neither.")
    x1 = as_array(x1) if not (engine.is_tensor(x1) or engine.is_tensor(x2)) else x1
    return engine.where(engine.cast(condition, "bool"), x1, x2)


@op(row_independent=True)
def select(condlist: Arrays, choicelist: Arrays, default: ArrayOrScalar = 0) -> Array:
    """The element of the first choice whose condition holds, or else `default`."""
    result = default
    for condition, choice in zip(condlist[::-1], choicelist[::-1], strict=True):
        result = engine.where(condition, choice, result)
    return result


@op(passes_values=True)
def slice(inputs: Array, start_indices: Any, shape: Sequence[int]) -> Array:
    """The part of `inputs` of the given shape that begins at `start_indices`, which may be computed."""
    return engine.dynamic_slice(inputs, _starts(start_indices), [int(n) for n in shape])


@op
def slice_update(inputs: Array, start_indices: Any, updates: Array) -> Array:
    """`inputs` with `updates` written at `start_indices`, which may be computed."""
    return engine.dynamic_update_slice(inputs, engine.cast(updates, engine.dtype_name(inputs)), _starts(start_indices))


def _starts(indices: Any) -> list[Any]:
    indices = indices if isinstance(indices, list | tuple) else arrays.unstack(indices)
    return [i if isinstance(i, int) else as_array(i) for i in indices]


@op
def scatter(indices: Array, values: Array, shape: Sequence[int]) -> Array:
    """Zeros of the given shape with `values` added at `indices`, whose last axis holds coordinates.

    >>> import hornbeam
    >>> hornbeam.ops.scatter([[0], [2]], [5.0, 7.0], (4,)).tolist()
    [5.0, 0.0, 7.0, 0.0]
    """
    zeros = arrays.zeros(shape, engine.dtype_name(values))
    return engine.scatter_add(zeros, *_rows(zeros, indices, values))


def _rows(x: Array, indices: Array, updates: Array) -> tuple[Array, Array]:
    k = indices.shape[-1]
    updates = engine.broadcast_to(updates, tuple(indices.shape[:-1]) + tuple(x.shape[k:]))
    rows = math.prod(indices.shape[:-1])
    return engine.reshape(indices, (rows, k)), engine.reshape(updates, (rows,) + tuple(x.shape[k:]))


@op
def scatter_update(inputs: Array, indices: Array, updates: Array, reduction: str | None = None) -> Array:
    """`inputs` with `updates` written, or combined by `reduction`, at `indices`, whose last axis holds coordinates.

    Args:
        inputs: an array.
        indices: integers of shape (..., k): coordinates along the first k axes.
        updates: values of shape (..., *inputs.shape[k:]).
        reduction: `None` to replace, or "add", "max", "min", "mul".
    """
    updates = engine.cast(updates, engine.dtype_name(inputs))
    indices, updates = _rows(inputs, indices, updates)
    if reduction is None:
        return engine.scatter_update(inputs, indices, updates)
    if reduction == "add":
        return engine.scatter_add(inputs, indices, updates)
    combine = {"max": engine.maximum, "min": engine.minimum, "mul": lambda a, b: a * b}.get(reduction)
    if combine is None:
        raise ValueError(f"`reduction` must be None, 'add', 'max', 'min' or 'mul'. Received: {reduction!r}.")

    def body(x: Array, row: tuple[Array, Array]) -> tuple[Array, None]:
        place, update = row
        k = place.shape[0]
        old = engine.dynamic_slice(x, [place[i] for i in range(k)] + [0] * (len(x.shape) - k), (1,) * k + x.shape[k:])
        return engine.scatter_update(
            x, place[None], combine(engine.reshape(old, update[None].shape), update[None])
        ), None

    indices = engine.where(
        indices < 0, indices + engine.asarray(np.array(inputs.shape[: indices.shape[1]], "int32")), indices
    )
    return engine.scan(body, inputs, (indices, updates))[0]


@op(passes_values=True)
def diagonal(x: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The diagonals of the matrices in `axis1` and `axis2`, as the last axis."""
    x = arrays.moveaxis(x, (axis1, axis2), (-2, -1))
    *lead, rows, columns = x.shape
    places = arrays.convert_to_numpy(np.diagonal(np.arange(rows * columns).reshape(rows, columns), offset))
    return engine.take(engine.reshape(x, [*lead, rows * columns]), engine.asarray(places), len(lead))


@op
def trace(x: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The sum of a diagonal."""
    return engine.sum(diagonal(x, offset, axis1, axis2), -1)


@op
def nonzero(x: Array) -> tuple[Array, ...]:
    """The indices of the elements that are not zero, one array per axis; their number depends on the values."""
    return tuple(engine.asarray(places.astype(np.int32)) for places in np.nonzero(engine.to_numpy(x)))


@op
def unravel_index(indices: Array, shape: Sequence[int]) -> tuple[Array, ...]:
    """The coordinates, in an array of the given shape, of positions in its order."""
    found = []
    for n in reversed(shape):
        found.append(engine.remainder(indices, n))
        indices = engine.floor_divide(indices, n)
    return tuple(reversed(found))


# order


@op(passes_values=True)
def sort(x: Array, axis: int = -1) -> Array:
    """`x` in ascending order along `axis`."""
    return engine.sort(x, normalize_axis(axis, len(x.shape)))


@op
def argsort(x: Array, axis: int | None = -1) -> Array:
    """The indices that sort `x`; equal elements stay in their order."""
    if axis is None:
        x, axis = arrays.ravel(x), 0
    return engine.argsort(x, normalize_axis(axis, len(x.shape)))


def argpartition(x: Any, kth: int, axis: int = -1) -> Array:
    """Indices that put the `kth` smallest at its place, smaller ones before it and larger ones after."""
    return argsort(x, axis)


@op
def top_k(x: Array, k: int, sorted: bool = True) -> tuple[Array, Array]:
    """The `k` largest values along the last axis, in descending order, and their indices."""
    return engine.top_k(x, k)


@op
def in_top_k(targets: Array, predictions: Array, k: int) -> Array:
    """Whether the score of each row's target is among the row's `k` highest; ties count for it, NaN never does.

    >>> import hornbeam
    >>> hornbeam.ops.in_top_k([2, 0], [[0.1, 0.2, 0.7], [0.1, 0.2, 0.7]], 2).tolist()
    [True, False]
    """
    classes = predictions.shape[-1]
    known = engine.logical_and(targets >= 0, targets < classes)
    score = engine.take_along_axis(predictions, targets[..., None], len(predictions.shape) - 1)
    higher = engine.sum(predictions > score, -1)
    finite = engine.all(engine.isfinite(floating(predictions)), -1)
    return engine.logical_and(engine.logical_and(higher < k, known), finite)


@op
def searchsorted(sorted_sequence: Array, values: Array, side: str = "left") -> Array:
    """Where `values` belong in an ascending vector: before ("left") or after ("right") equal elements."""
    places = engine.searchsorted(sorted_sequence, arrays.ravel(values), side)
    return engine.reshape(places, values.shape)


@op
def digitize(x: Array, bins: Array) -> Array:
    """The number of the ascending `bins` that are at most `x`."""
    return searchsorted(bins, x, "right")


@op
def isin(x1: Array, x2: Array, assume_unique: bool = False, invert: bool = False) -> Array:
    """Whether each element of `x1` is somewhere in `x2`."""
    found = engine.any(x1[..., None] == arrays.ravel(x2), -1)
    return engine.logical_not(found) if invert else found


def unique(
    x: Any,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: Any = None,
) -> Any:
    """The distinct elements of `x` in ascending order; their number depends on the values unless `size` fixes it.

    Args:
        x: an array.
        sorted: kept for compatibility; the result always is.
        return_index: also where each occurs first.
        return_inverse: also which of them each element of `x` is.
        return_counts: also how often each occurs.
        axis: find distinct slices along this axis.
        size: cut or fill the result to this length.
        fill_value: what fills it; the smallest element by default.
    """
    host = arrays.convert_to_numpy(as_array(x))
    found, index, inverse, counts = np.unique(host, True, True, True, axis=axis)
    if size is not None:
        missing = builtins.max(size - len(index), 0)
        line = 0 if axis is None else axis
        if missing:
            filler = found.take([0], line) if fill_value is None else np.full_like(found.take([0], line), fill_value)
            found = np.concatenate([found, np.repeat(filler, missing, line)], line)
        found = found.take(range(size), line)
        index = np.concatenate([index, np.repeat(index[:1], missing)])[:size]
        counts = np.concatenate([counts, np.zeros(missing, counts.dtype)])[:size]
    wanted = [(index, return_index), (inverse, return_inverse), (counts, return_counts)]
    results = [found, *(extra.astype(np.int32) for extra, asked in wanted if asked)]
    results = [engine.asarray(each) for each in results]
    return results[0] if len(results) == 1 else tuple(results)


# counting


@op
def bincount(x: Array, weights: Array | None = None, minlength: int = 0, sparse: bool = False) -> Array:
    """How often each of 0, 1, 2, ... occurs in `x` (in each row of a matrix), or the sums of their weights."""
    length = builtins.max(minlength, int(engine.to_numpy(engine.max(x))) + 1 if math.prod(x.shape) else 0)
    hits = x[..., None] == engine.arange(0, length, 1, engine.dtype_name(x))
    if weights is None:
        return engine.sum(hits, len(x.shape) - 1)
    return engine.sum(engine.cast(hits, engine.dtype_name(weights)) * weights[..., None], len(x.shape) - 1)


@op
def histogram(x: Array, bins: int = 10, range: tuple[float, float] | None = None) -> tuple[Array, Array]:
    """How many elements fall into each of `bins` equal intervals, and the edges of these."""
    x = arrays.ravel(x)
    if range is None:
        low, high = engine.cast(engine.min(x), "float32"), engine.cast(engine.max(x), "float32")
        same = low == high
        low, high = engine.where(same, low - 0.5, low), engine.where(same, high + 0.5, high)
    else:
        low, high = as_array(float(range[0])), as_array(float(range[1]))
    edges = arrays.linspace(low, high, bins + 1)
    inside = engine.logical_and(x >= low, x <= high)
    place = engine.minimum(engine.searchsorted(edges, engine.cast(x, "float32"), "right") - 1, bins - 1)
    hits = engine.logical_and(place[:, None] == engine.arange(0, bins, 1, "int32"), inside[:, None])
    return engine.sum(hits, 0), edges


@op
def segment_sum(data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False) -> Array:
    """The sum of the rows of `data` that have each id; ids outside [0, num_segments) count nowhere."""
    n = _segments(segment_ids, num_segments)
    rows = engine.where((segment_ids >= 0) & (segment_ids < n), segment_ids, n)
    zeros = arrays.zeros((n + 1, *data.shape[1:]), engine.dtype_name(data))
    return engine.scatter_add(zeros, rows[:, None], data)[:n]


@op
def segment_max(data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False) -> Array:
    """The maximum of the rows that have each id; minus infinity, or the least integer, for ids without rows."""
    return _segment(data, segment_ids, num_segments, engine.max, 0)


@op
def segment_min(data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False) -> Array:
    """The minimum of the rows that have each id; infinity, or the greatest integer, for ids without rows."""
    return _segment(data, segment_ids, num_segments, engine.min, 1)


@op
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
    return int(engine.to_numpy(engine.max(ids))) + 1 if num_segments is None else num_segments
