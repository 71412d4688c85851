"""Exponentials and logarithms."""

from __future__ import annotations

import math

from hornbeam import engine
from hornbeam.core.promotion import common_floats
from hornbeam.ops.dispatch import Array, floating, op


@op(row_independent=True)
def exp(x: Array) -> Array:
    """`e ** x`."""
    return engine.exp(floating(x))


@op(row_independent=True)
def exp2(x: Array) -> Array:
    """`2 ** x`."""
    return engine.power(2.0, floating(x))


@op(row_independent=True)
def expm1(x: Array) -> Array:
    """`exp(x) - 1`, exact near 0."""
    return engine.expm1(floating(x))


@op(row_independent=True)
def log(x: Array) -> Array:
    """The natural logarithm."""
    return engine.log(floating(x))


@op(row_independent=True)
def log2(x: Array) -> Array:
    """The logarithm to base 2."""
    return engine.log(floating(x)) / math.log(2)


@op(row_independent=True)
def log10(x: Array) -> Array:
    """The logarithm to base 10."""
    return engine.log(floating(x)) / math.log(10)


@op(row_independent=True)
def log1p(x: Array) -> Array:
    """`log(1 + x)`, exact near 0."""
    return engine.log1p(floating(x))


@op(row_independent=True)
def logaddexp(x1: Array, x2: Array) -> Array:
    """`log(exp(x1) + exp(x2))` without overflow."""
    x1, x2 = common_floats(x1, x2)
    high = engine.maximum(x1, x2)
    apart = engine.where(x1 == x2, 0, x1 - x2)  # inf - inf is NaN
    return high + engine.log1p(engine.exp(-engine.abs(apart)))


@op(row_independent=True)
def logaddexp2(x1: Array, x2: Array) -> Array:
    """`log2(2**x1 + 2**x2)` without overflow."""
    x1, x2 = common_floats(x1, x2)
    apart = engine.where(x1 == x2, 0, x1 - x2)  # inf - inf is NaN
    return engine.maximum(x1, x2) + engine.log1p(engine.power(2.0, -engine.abs(apart))) / math.log(2)


@op(row_independent=True)
def ldexp(x1: Array, x2: Array) -> Array:
    """`x1 * 2**x2`."""
    x1 = floating(x1)
    return x1 * engine.power(2.0, engine.cast(x2, engine.dtype_name(x1)))
