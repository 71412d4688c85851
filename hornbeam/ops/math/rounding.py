"""The nearest number of a kind: an integer, one within bounds, a finite one."""

from __future__ import annotations

import math

import numpy as np

from hornbeam import engine
from hornbeam.core import dtypes
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
def nextafter(x1: Array, x2: Array) -> Array:
    """The next float32 after `x1` towards `x2`; computed on the host."""
    return engine.asarray(np.nextafter(*(np.asarray(engine.to_numpy(x), np.float32) for x in (x1, x2))))


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
