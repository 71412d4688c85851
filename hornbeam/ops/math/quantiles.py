"""The elements at given places of the order."""

from __future__ import annotations

import math
from typing import Any

from hornbeam import engine
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, Axis, as_array, floating, normalize_axes, op
from hornbeam.ops.math.reductions import count_along


@op
def median(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """The middle element, or the mean of the two in the middle."""
    return quantile(x, 0.5, axis, keepdims=keepdims)


@op
def percentile(x: Array, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Array:
    """`quantile(x, q / 100)`."""
    return quantile(x, engine.cast(as_array(q), "float32") / 100, axis, method, keepdims)


@op
def quantile(x: Array, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Array:
    """The value below which the fraction `q` of the elements lies; an array of `q` gives a first axis.

    Args:
        x: an array.
        q: one fraction in [0, 1], or a vector of them.
        axis: where to look; everywhere by default.
        method: between two elements: "linear", "lower", "higher", "nearest" or "midpoint".
        keepdims: keep the reduced axes with size 1.
    """
    rows, sizes = _rows(floating(x), axis, keepdims)
    missing = engine.any(engine.isnan(rows), 0)
    found = _interpolate(engine.sort(rows, 0), q, rows.shape[0], method)
    return _finish(engine.where(missing, math.nan, found), q, sizes)


@op
def nanmedian(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """`median` of what is not NaN."""
    return nanquantile(x, 0.5, axis, keepdims=keepdims)


@op
def nanpercentile(x: Array, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Array:
    """`percentile` of what is not NaN."""
    return nanquantile(x, engine.cast(as_array(q), "float32") / 100, axis, method, keepdims)


@op
def nanquantile(x: Array, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Array:
    """`quantile` of what is not NaN."""
    rows, sizes = _rows(floating(x), axis, keepdims)
    missing = engine.isnan(rows)
    n = engine.sum(engine.cast(engine.logical_not(missing), "float32"), 0)
    found = _interpolate(engine.sort(engine.where(missing, math.inf, rows), 0), q, n, method)
    return _finish(engine.where(n == 0, math.nan, found), q, sizes)


def _rows(x: Array, axis: Axis, keepdims: bool) -> tuple[Array, list[int]]:
    """`x` with the reduced elements along the first axis and all others along the second; the sizes of the result."""
    reduced = normalize_axes(axis, len(x.shape))
    kept = [a for a in range(len(x.shape)) if a not in reduced]
    rows = engine.reshape(
        engine.transpose(x, [*reduced, *kept]), (count_along(x, axis), math.prod(x.shape[a] for a in kept))
    )
    sizes = [1 if a in reduced else x.shape[a] for a in range(len(x.shape)) if keepdims or a not in reduced]
    return rows, sizes


def _interpolate(rows: Array, q: Any, n: Any, method: str) -> Array:
    """The values at the fractions `q` (first axis) of the first `n` elements of each column of sorted `rows`."""
    q = engine.reshape(engine.cast(as_array(q), "float32"), (-1, 1))
    place = q * (n - 1)
    low, high = engine.floor(place), engine.ceil(place)
    part = place - low
    if method == "nearest":
        low = high = engine.round(place)
    elif method != "linear":
        fixed = {"lower": 0.0, "higher": 1.0, "midpoint": 0.5}
        if method not in fixed:
            names = "'linear', 'lower', 'higher', 'nearest' or 'midpoint'"
            raise ValueError(f"`method` must be {names}. Received: {method!r}.")
        part = arrays.full_like(part, fixed[method])
    below, above = (_at(rows, engine.cast(i, "int32")) for i in (low, high))
    part = engine.cast(part, engine.dtype_name(rows))
    return engine.where(below == above, below, below * (1 - part) + above * part)


def _at(rows: Array, i: Array) -> Array:
    """`rows[i]`, where `i` has one column for all of them or one for each."""
    return engine.take(rows, i[:, 0], 0) if i.shape[1] == 1 else engine.take_along_axis(rows, i, 0)


def _finish(found: Array, q: Any, sizes: list[int]) -> Array:
    return engine.reshape(found, [*as_array(q).shape, *sizes])
