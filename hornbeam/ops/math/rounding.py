"""The nearest number of a kind: an integer, one within bounds, a finite one."""

from __future__ import annotations

import math

import numpy as np

from hornbeam import engine
from hornbeam.core import dtypes
from hornbeam.core.promotion import common_floats
from hornbeam.ops.dispatch import Array, ArrayOrScalar, floating, is_inexact, op


@op(row_independent=True)
def floor(x: Array) -> Array:
    """The nearest integer not above."""
    return engine.floor(floating(x))


@op(row_independent=True)
def ceil(x: Array) -> Array:
    """The nearest integer not below."""
    return engine.ceil(floating(x))


@op(row_independent=True)
def round(x: Array, decimals: int = 0) -> Array:
    """The nearest number with so many decimals; halves go to the even neighbour."""
    if not is_inexact(x):
        x = engine.cast(x, "int32") if engine.dtype_name(x) == "bool" else x
        return x if decimals >= 0 else engine.cast(round(floating(x), decimals), engine.dtype_name(x))
    factor = 10.0**decimals
    return engine.round(x) if decimals == 0 else engine.round(x * factor) / factor


@op(row_independent=True)
def trunc(x: Array) -> Array:
    """The nearest integer towards zero."""
    return engine.where(x < 0, engine.ceil(x), engine.floor(x)) if is_inexact(x) else x


@op(row_independent=True)
def nextafter(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """The next float after `x1` towards `x2`: floats in order are integers in order, but for the sign."""
    x1, x2 = common_floats(x1, x2)
    dtype = engine.dtype_name(x1)
    integer = f"int{dtypes.numpy_dtype(dtype).itemsize * 8}"
    away = (x1 < x2) == (x1 > 0)
    stepped = engine.bitcast(engine.bitcast(x1, integer) + engine.cast(engine.where(away, 1, -1), integer), dtype)
    least = float(np.nextafter(np.zeros((), dtypes.numpy_dtype(dtype)), np.ones((), dtypes.numpy_dtype(dtype))))
    stepped = engine.where(x1 == 0, engine.cast(engine.where(x2 > 0, least, -least), dtype), stepped)
    return engine.where(x1 == x2, x2, engine.where((x1 != x1) | (x2 != x2), math.nan, stepped))


@op(row_independent=True)
def clip(x: Array, x_min: ArrayOrScalar, x_max: ArrayOrScalar) -> Array:
    """`min(max(x, x_min), x_max)`."""
    x = engine.cast(x, "int32") if engine.dtype_name(x) == "bool" else x
    return engine.minimum(engine.maximum(x, x_min), x_max)


@op(row_independent=True)
def nan_to_num(x: Array, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> Array:
    """`x` with numbers in place of NaN and the infinities: the largest finite ones by default."""
    if not is_inexact(x):
        return x
    limits = dtypes.finfo(engine.dtype_name(x))
    x = engine.where(engine.isnan(x), nan, x)
    x = engine.where(x == math.inf, float(limits.max) if posinf is None else posinf, x)
    return engine.where(x == -math.inf, float(limits.min) if neginf is None else neginf, x)
