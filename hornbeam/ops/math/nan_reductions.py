"""Reductions of what is not NaN."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from hornbeam import engine
from hornbeam.ops.dispatch import Array, Axis, floating, is_inexact, op
from hornbeam.ops.math.cumulative import cumprod, cumsum
from hornbeam.ops.math.reductions import argmax, argmin, prod, sum


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
