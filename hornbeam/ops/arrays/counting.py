"""Which elements there are, and how often."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import symbolic
from hornbeam.ops.arrays.conversion import convert_to_numpy
from hornbeam.ops.arrays.creation import linspace
from hornbeam.ops.arrays.shapes import ravel
from hornbeam.ops.dispatch import Array, as_array, op


@op
def isin(x1: Array, x2: Array, assume_unique: bool = False, invert: bool = False) -> Array:
    """Whether each element of `x1` is somewhere in `x2`."""
    found = engine.any(x1[..., None] == ravel(x2), -1)
    return engine.logical_not(found) if invert else found


def _distinct(
    x: Any,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: Any = None,
) -> Any:
    shape = (size,) if axis is None else tuple(size if a == axis % x.ndim else n for a, n in enumerate(x.shape))
    places = tuple(x.shape) if axis is None else (x.shape[axis],)
    wanted = [((size,), return_index), (places, return_inverse), ((size,), return_counts)]
    extra = [symbolic.SymbolicTensor(shape, "int32") for shape, asked in wanted if asked]
    found = symbolic.SymbolicTensor(shape, x.dtype)
    return (found, *extra) if extra else found


@op(outputs=_distinct)
def unique(
    x: Array,
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
        x: an array; each NaN in it is distinct from every other.
        sorted: kept for compatibility; the result always is.
        return_index: also where each occurs first.
        return_inverse: also which of them each element of `x` is.
        return_counts: also how often each occurs.
        axis: find distinct slices along this axis.
        size: cut or fill the result to this length.
        fill_value: what fills it; the smallest element by default.
    """
    host = convert_to_numpy(x)
    found, index, inverse, counts = np.unique(host, True, True, True, axis=axis, equal_nan=False)
    if size is not None:
        missing = max(size - len(index), 0)
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


def _counts(x: Any, weights: Any = None, minlength: int = 0, sparse: bool = False) -> symbolic.SymbolicTensor:
    return symbolic.SymbolicTensor((*x.shape[:-1], None), "int32" if weights is None else weights.dtype)


@op(outputs=_counts)
def bincount(x: Array, weights: Array | None = None, minlength: int = 0, sparse: bool = False) -> Array:
    """How often each of 0, 1, 2, ... occurs in `x` (in each row of a matrix), or the sums of their weights."""
    length = max(minlength, int(engine.to_numpy(engine.max(x))) + 1 if math.prod(x.shape) else 0)
    hits = x[..., None] == engine.arange(0, length, 1, engine.dtype_name(x))
    if weights is None:
        return engine.sum(hits, len(x.shape) - 1)
    return engine.sum(engine.cast(hits, engine.dtype_name(weights)) * weights[..., None], len(x.shape) - 1)


@op
def histogram(x: Array, bins: int = 10, range: tuple[float, float] | None = None) -> tuple[Array, Array]:
    """How many elements fall into each of `bins` equal intervals, and the edges of these."""
    if bins < 0:
        raise ValueError(f"`bins` must be at least 0. Received: bins={bins}.")
    if range is not None and not (len(range) == 2 and range[0] <= range[1]):
        raise ValueError(f"`range` must be (low, high). Received: range={range!r}.")
    x = ravel(x)
    if range is None:
        low, high = engine.cast(engine.min(x), "float32"), engine.cast(engine.max(x), "float32")
        same = low == high
        low, high = engine.where(same, low - 0.5, low), engine.where(same, high + 0.5, high)
    else:
        low, high = as_array(float(range[0])), as_array(float(range[1]))
    edges = linspace(low, high, bins + 1)
    inside = engine.logical_and(x >= low, x <= high)
    place = engine.minimum(engine.searchsorted(edges, engine.cast(x, "float32"), "right") - 1, bins - 1)
    hits = engine.logical_and(place[:, None] == engine.arange(0, bins, 1, "int32"), inside[:, None])
    return engine.sum(hits, 0), edges
