"""Comparisons, element by element, and the larger or smaller of two."""

from __future__ import annotations

import math

from hornbeam import engine
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, ArrayOrScalar, as_array, floating, one_array, op


@op(row_independent=True)
def equal(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`x1 == x2`."""
    return engine.asarray(x1 == x2)


@op(row_independent=True)
def not_equal(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`x1 != x2`."""
    return engine.asarray(x1 != x2)


@op(row_independent=True)
def less(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`x1 < x2`."""
    return engine.asarray(x1 < x2)


@op(row_independent=True)
def less_equal(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`x1 <= x2`."""
    return engine.asarray(x1 <= x2)


@op(row_independent=True)
def greater(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`x1 > x2`."""
    return engine.asarray(x1 > x2)


@op(row_independent=True)
def greater_equal(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`x1 >= x2`."""
    return engine.asarray(x1 >= x2)


@op(row_independent=True)
def isclose(
    x1: ArrayOrScalar, x2: ArrayOrScalar, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Array:
    """`|x1 - x2| <= atol + rtol * |x2|`."""
    x1, x2 = floating(as_array(x1)), floating(as_array(x2))
    near = engine.logical_and(engine.abs(x1 - x2) <= atol + rtol * engine.abs(x2), engine.isfinite(x2))
    near = engine.logical_or(near, x1 == x2)
    return engine.logical_or(near, engine.logical_and(x1 != x1, x2 != x2)) if equal_nan else near


@op
def allclose(
    x1: ArrayOrScalar, x2: ArrayOrScalar, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Array:
    """Whether `isclose` holds everywhere."""
    return engine.all(isclose(x1, x2, rtol, atol, equal_nan))


@op(row_independent=True)
def isnan(x: Array) -> Array:
    """Whether it is not a number."""
    return engine.isnan(floating(x))


@op(row_independent=True)
def isfinite(x: Array) -> Array:
    """Whether it is neither NaN nor infinite."""
    return engine.isfinite(floating(x))


@op(row_independent=True)
def isinf(x: Array) -> Array:
    """Whether it is infinite, of either sign."""
    return engine.abs(floating(x)) == math.inf


@op(row_independent=True)
def isposinf(x: Array) -> Array:
    """Whether it is plus infinity."""
    return floating(x) == math.inf


@op(row_independent=True)
def isneginf(x: Array) -> Array:
    """Whether it is minus infinity."""
    return floating(x) == -math.inf


@op(row_independent=True)
def isreal(x: Array) -> Array:
    """Whether its imaginary part is 0."""
    return arrays.ones_like(x, "bool") if not engine.dtype_name(x).startswith("complex") else x.imag == 0


@op(row_independent=True)
def maximum(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """The larger of each pair; NaN where one is NaN."""
    return engine.maximum(one_array(x1, x2), x2)


@op(row_independent=True)
def minimum(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """The smaller of each pair; NaN where one is NaN."""
    return engine.minimum(one_array(x1, x2), x2)


@op(row_independent=True)
def fmax(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """The larger of each pair; the other one where one is NaN."""
    x1, x2 = as_array(x1), as_array(x2)
    return engine.where(x1 != x1, x2, engine.where(x2 != x2, x1, engine.maximum(x1, x2)))


@op(row_independent=True)
def fmin(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """The smaller of each pair; the other one where one is NaN."""
    x1, x2 = as_array(x1), as_array(x2)
    return engine.where(x1 != x1, x2, engine.where(x2 != x2, x1, engine.minimum(x1, x2)))
