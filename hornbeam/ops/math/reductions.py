"""Sums, means, extremes and other numbers about many elements. `axis=None` means all axes."""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable
from typing import Any

from hornbeam import engine
from hornbeam.core import dtypes
from hornbeam.core.brief import shown_shape
from hornbeam.core.promotion import common_floats
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import (
    Array,
    ArrayOrScalar,
    Axis,
    as_array,
    floating,
    fused,
    is_inexact,
    normalize_axes,
    op,
    widely,
)


def count_along(x: Array, axis: Axis) -> int:
    return math.prod(x.shape[a] for a in normalize_axes(axis, len(x.shape)))


@op
def sum(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """The sum; integers are added in 32 bits at least."""
    return engine.sum(x, axis, keepdims)


@op
def prod(x: Array, axis: Axis = None, keepdims: bool = False, dtype: Any = None) -> Array:
    """The product."""
    x = x if dtype is None else engine.cast(x, dtypes.standardize(dtype))
    return engine.prod(x, axis, keepdims)


@op
def mean(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """`sum(x) / count`; a float, computed in 32 bits at least."""
    return widely(lambda x: engine.sum(x, axis, keepdims) / float(builtins.max(count_along(x, axis), 1)), x)


@op
def average(x: Array, axis: Axis = None, weights: Array | None = None) -> Array:
    """`sum(weights * x) / sum(weights)`."""
    if weights is None:
        return mean(x, axis)
    x, weights = common_floats(x, weights)
    if len(weights.shape) < len(x.shape) and isinstance(axis, int):
        weights = engine.reshape(weights, [-1 if a == axis % len(x.shape) else 1 for a in range(len(x.shape))])
    if axis is None and tuple(weights.shape) != tuple(x.shape):
        raise ValueError(
            f"`weights` must have the shape of `x` where no `axis` is given. "
            f"Received: shapes {shown_shape(weights.shape)} and {shown_shape(x.shape)}."
        )
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
def corrcoef(x: Array) -> Array:
    """The correlation of every two rows."""
    x = floating(x)
    x = engine.reshape(x, (1, -1)) if len(x.shape) == 1 else x
    distance = x - mean(x, 1, True)
    covariance = engine.matmul(distance, engine.transpose(distance, (1, 0)))
    spread = engine.sqrt(engine.sum(distance * distance, 1))
    result = engine.maximum(engine.minimum(covariance / (spread[:, None] * spread[None, :]), 1), -1)
    return result[0, 0] if result.shape == (1, 1) else result


@op
def max(x: Array, axis: Axis = None, keepdims: bool = False, initial: ArrayOrScalar | None = None) -> Array:
    """The largest element, and at least `initial`; NaN if there is one."""
    return _extreme(engine.max, engine.maximum, x, axis, keepdims, initial)


@op
def min(x: Array, axis: Axis = None, keepdims: bool = False, initial: ArrayOrScalar | None = None) -> Array:
    """The smallest element, and at most `initial`; NaN if there is one."""
    return _extreme(engine.min, engine.minimum, x, axis, keepdims, initial)


def _extreme(reduce: Callable, combine: Callable, x: Array, axis: Axis, keepdims: bool, initial: Any) -> Array:
    if initial is None:
        return reduce(x, axis, keepdims)
    if count_along(x, axis) == 0:
        return arrays.full_like(engine.sum(x, axis, keepdims), initial, engine.dtype_name(x))
    found = reduce(x, axis, keepdims)
    return combine(found, engine.cast(as_array(initial), "bool") if engine.dtype_name(x) == "bool" else initial)


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
def logsumexp(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """`log(sum(exp(x)))` without overflow."""
    x = floating(x)
    if (kernel := fused("logsumexp")) is not None:
        return kernel(x, axis, keepdims)
    high = engine.stop_gradient(engine.max(x, axis, True))
    high = engine.where(engine.isfinite(high), high, 0)
    total = engine.log(engine.sum(engine.exp(x - high), axis, keepdims))
    return total + engine.reshape(high, total.shape)
