"""Sums, means, extremes and other numbers about many elements. `axis=None` means all axes."""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import dtypes
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, Axis, as_array, floating, fused, is_inexact, normalize_axes, op, widely

# fmt: off
__all__ = [
    "sum", "prod", "mean", "average", "var", "std", "max", "min", "amax", "amin", "ptp", "any", "all",
    "count_nonzero", "argmax", "argmin", "cumsum", "cumprod", "diff", "trapezoid", "logsumexp",
    "median", "quantile", "percentile", "corrcoef",
    "nansum", "nanprod", "nanmean", "nanvar", "nanstd", "nanmax", "nanmin", "nanargmax", "nanargmin",
    "nancumsum", "nancumprod", "nanmedian", "nanquantile", "nanpercentile",
]
# fmt: on


def _countable(x: Array) -> Array:
    """Integers of less than 32 bits as int32, so that their sum fits."""
    small = ("bool", "int8", "int16", "uint8", "uint16")
    return engine.cast(x, "int32") if engine.dtype_name(x) in small else x


def _count(x: Array, axis: Axis) -> int:
    return math.prod(x.shape[a] for a in normalize_axes(axis, len(x.shape)))


@op
def sum(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """The sum; integers are added as int32 at least."""
    return engine.sum(_countable(x), axis, keepdims)


@op
def prod(x: Array, axis: Axis = None, keepdims: bool = False, dtype: Any = None) -> Array:
    """The product."""
    x = _countable(x) if dtype is None else engine.cast(x, dtypes.standardize(dtype))
    return engine.prod(x, axis, keepdims)


@op
def mean(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """`sum(x) / count`; a float, computed in 32 bits at least."""
    return widely(lambda x: engine.sum(x, axis, keepdims) / builtins.max(_count(x, axis), 1), x)


@op
def average(x: Array, axis: Axis = None, weights: Array | None = None) -> Array:
    """`sum(weights * x) / sum(weights)`."""
    if weights is None:
        return mean(x, axis)
    x = floating(x)
    if len(weights.shape) < len(x.shape) and isinstance(axis, int):
        weights = engine.reshape(weights, [-1 if a == axis % len(x.shape) else 1 for a in range(len(x.shape))])
    weights = engine.broadcast_to(weights, x.shape)
    return engine.sum(x * weights, axis) / engine.sum(weights, axis)


@op
def var(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """`mean((x - mean(x))**2)`."""

    def compute(x: Array) -> Array:
        distance = x - mean(x, axis, True)
        return mean(distance * distance, axis, keepdims)

    return widely(compute, x)


@op
def std(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """`sqrt(var(x))`."""
    return engine.sqrt(var(x, axis, keepdims))


@op
def max(x: Array, axis: Axis = None, keepdims: bool = False, initial: Any = None) -> Array:
    """The largest element, and at least `initial`; NaN if there is one."""
    return _extreme(engine.max, engine.maximum, x, axis, keepdims, initial)


@op
def min(x: Array, axis: Axis = None, keepdims: bool = False, initial: Any = None) -> Array:
    """The smallest element, and at most `initial`; NaN if there is one."""
    return _extreme(engine.min, engine.minimum, x, axis, keepdims, initial)


def _extreme(reduce: Callable, combine: Callable, x: Array, axis: Axis, keepdims: bool, initial: Any) -> Array:
    if initial is None:
        return reduce(x, axis, keepdims)
    if _count(x, axis) == 0:
        return arrays.full_like(engine.sum(x, axis, keepdims), initial, engine.dtype_name(x))
    return combine(reduce(x, axis, keepdims), initial if isinstance(initial, int | float) else as_array(initial))


def amax(x: Any, axis: Axis = None, keepdims: bool = False) -> Array:
    """The largest element."""
    return max(x, axis, keepdims)


def amin(x: Any, axis: Axis = None, keepdims: bool = False) -> Array:
    """The smallest element."""
    return min(x, axis, keepdims)


@op
def ptp(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """`max(x) - min(x)`."""
    return engine.max(x, axis, keepdims) - engine.min(x, axis, keepdims)


@op
def any(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Whether one element is true (not 0)."""
    return engine.any(engine.cast(x, "bool"), axis, keepdims)


@op
def all(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Whether all elements are true (not 0)."""
    return engine.all(engine.cast(x, "bool"), axis, keepdims)


@op
def count_nonzero(x: Array, axis: Axis = None) -> Array:
    """The number of elements that are not 0."""
    return engine.sum(x != 0, axis)


@op
def argmax(x: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    """The index of the largest element, the first at a tie; in `x` as a vector when there is no axis."""
    return engine.argmax(x, axis, keepdims)


@op
def argmin(x: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    """The index of the smallest element, the first at a tie."""
    return engine.argmax(-x if is_inexact(x) else ~x, axis, keepdims)  # ~x is -1 - x without overflow


@op
def cumsum(x: Array, axis: int | None = None, dtype: Any = None) -> Array:
    """Sums of all elements up to each one along `axis`, or of `x` as a vector."""
    return _running(lambda x, a: engine.cumsum(_countable(x), a), x, axis, dtype)


@op
def cumprod(x: Array, axis: int | None = None, dtype: Any = None) -> Array:
    """Products of all elements up to each one along `axis`, or of `x` as a vector."""
    return _running(_cumprod, x, axis, dtype)


def _running(fn: Callable[[Array, int], Array], x: Array, axis: int | None, dtype: Any) -> Array:
    x, axis = (arrays.ravel(x), 0) if axis is None else (x, axis)
    x = x if dtype is None else engine.cast(x, dtypes.standardize(dtype))
    return fn(x, axis % len(x.shape))


def _cumprod(x: Array, axis: int) -> Array:
    """Hillis and Steele's scan: after the step of width w, each element is the product of the last 2 w."""
    x = _countable(x)
    n = x.shape[axis]
    width = 1
    while width < n:
        earlier = arrays.split(x, [n - width], axis)[0]
        x = x * engine.pad(earlier, [(width, 0) if a == axis else (0, 0) for a in range(len(x.shape))], "constant", 1)
        width *= 2
    return x


@op
def diff(a: Array, n: int = 1, axis: int = -1) -> Array:
    """The differences of neighbours along `axis`, taken `n` times."""
    for _ in range(n):
        size = a.shape[axis]
        later, earlier = arrays.split(a, [1], axis)[1], arrays.split(a, [size - 1], axis)[0]
        a = later != earlier if engine.dtype_name(a) == "bool" else later - earlier
    return a


@op
def trapezoid(y: Array, x: Array | None = None, dx: float = 1.0, axis: int = -1) -> Array:
    """The integral of `y` over `x` by the trapezoidal rule."""
    y = arrays.moveaxis(floating(y), axis, -1)
    if x is None:
        widths: Any = dx
    else:
        widths = diff(arrays.moveaxis(x, axis, -1) if len(x.shape) > 1 else x)
    return engine.sum(widths * (y[..., 1:] + y[..., :-1]), -1) / 2


@op
def logsumexp(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """`log(sum(exp(x)))` without overflow."""
    x = floating(x)
    if (kernel := fused("logsumexp")) is not None:
        return kernel(x, axis, keepdims)
    high = engine.stop_gradient(engine.max(x, axis, True))
    high = engine.where(engine.isfinite(high), high, 0)
    total = engine.log(engine.sum(engine.exp(x - high), axis, keepdims))
    return total + engine.reshape(high, total.shape)


# order statistics


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
        engine.transpose(x, [*reduced, *kept]), (_count(x, axis), math.prod(x.shape[a] for a in kept))
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
    return engine.reshape(found, [*np.shape(q), *sizes])


@op
def corrcoef(x: Array) -> Array:
    """The correlation of every two rows."""
    x = floating(x)
    x = engine.reshape(x, (1, -1)) if len(x.shape) == 1 else x
    distance = x - mean(x, 1, True)
    covariance = engine.matmul(distance, engine.transpose(distance, (1, 0)))
    spread = engine.sqrt(engine.sum(distance * distance, 1))
    result = engine.maximum(engine.minimum(covariance / (spread[:, None] * spread[None, :]), 1), -1)
    return result[0, 0] if result.shape == (1, 1) else result


# reductions of what is not NaN


def _without_nan(x: Array, value: float) -> Array:
    return engine.where(engine.isnan(x), value, x) if is_inexact(x) else x


@op
def nansum(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """`sum` of what is not NaN."""
    return sum(_without_nan(x, 0), axis, keepdims)


@op
def nanprod(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """`prod` of what is not NaN."""
    return prod(_without_nan(x, 1), axis, keepdims)


@op
def nancumsum(x: Array, axis: int | None = None, dtype: Any = None) -> Array:
    """`cumsum` with 0 for NaN."""
    return cumsum(_without_nan(x, 0), axis, dtype)


@op
def nancumprod(x: Array, axis: int | None = None, dtype: Any = None) -> Array:
    """`cumprod` with 1 for NaN."""
    return cumprod(_without_nan(x, 1), axis, dtype)


@op
def nanmean(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """`mean` of what is not NaN."""
    x = floating(x)
    count = engine.sum(engine.cast(engine.logical_not(engine.isnan(x)), engine.dtype_name(x)), axis, keepdims)
    return engine.sum(_without_nan(x, 0), axis, keepdims) / count


@op
def nanvar(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """`var` of what is not NaN."""
    x = floating(x)
    distance = x - nanmean(x, axis, True)
    return nanmean(distance * distance, axis, keepdims)


@op
def nanstd(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """`std` of what is not NaN."""
    return engine.sqrt(nanvar(x, axis, keepdims))


@op
def nanmax(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """`max` of what is not NaN; NaN where nothing is."""
    return _nan_extreme(engine.max, -math.inf, x, axis, keepdims)


@op
def nanmin(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """`min` of what is not NaN; NaN where nothing is."""
    return _nan_extreme(engine.min, math.inf, x, axis, keepdims)


def _nan_extreme(reduce: Callable, neutral: float, x: Array, axis: Axis, keepdims: bool) -> Array:
    if not is_inexact(x):
        return reduce(x, axis, keepdims)
    nothing = engine.all(engine.isnan(x), axis, keepdims)
    return engine.where(nothing, math.nan, reduce(_without_nan(x, neutral), axis, keepdims))


@op
def nanargmax(x: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    """`argmax` of what is not NaN; -1 where nothing is."""
    return _nan_place(argmax, -math.inf, x, axis, keepdims)


@op
def nanargmin(x: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    """`argmin` of what is not NaN; -1 where nothing is."""
    return _nan_place(argmin, math.inf, x, axis, keepdims)


def _nan_place(find: Callable, neutral: float, x: Array, axis: int | None, keepdims: bool) -> Array:
    if not is_inexact(x):
        return find(x, axis, keepdims)
    nothing = engine.all(engine.isnan(x), axis, keepdims)
    return engine.where(nothing, -1, find(_without_nan(x, neutral), axis, keepdims))
