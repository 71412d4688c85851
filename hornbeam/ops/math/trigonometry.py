"""Circular and hyperbolic functions, and their inverses."""

from __future__ import annotations

import math

from hornbeam import engine
from hornbeam.core.promotion import common_floats
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, ArrayOrScalar, floating, op


@op(row_independent=True)
def sin(x: Array) -> Array:
    """The sine of an angle in radians."""
    return engine.sin(floating(x))


@op(row_independent=True)
def cos(x: Array) -> Array:
    """The cosine of an angle in radians."""
    return engine.cos(floating(x))


@op(row_independent=True)
def tan(x: Array) -> Array:
    """`sin(x) / cos(x)`."""
    x = floating(x)
    return engine.sin(x) / engine.cos(x)


@op(row_independent=True)
def arcsin(x: Array) -> Array:
    """The angle in [-pi/2, pi/2] whose sine is `x`."""
    x = floating(x)
    return engine.arctan2(x, engine.sqrt((1 - x) * (1 + x)))


@op(row_independent=True)
def arccos(x: Array) -> Array:
    """The angle in [0, pi] whose cosine is `x`."""
    x = floating(x)
    return engine.arctan2(engine.sqrt((1 - x) * (1 + x)), x)


@op(row_independent=True)
def arctan(x: Array) -> Array:
    """The angle in (-pi/2, pi/2) whose tangent is `x`."""
    x = floating(x)
    return engine.arctan2(x, arrays.ones_like(x))


@op(row_independent=True)
def arctan2(x1: Array, x2: Array) -> Array:
    """The angle of the point (x2, x1), in (-pi, pi]."""
    return engine.arctan2(*common_floats(x1, x2))


@op(row_independent=True)
def hypot(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`sqrt(x1**2 + x2**2)` without overflow."""
    x1, x2 = (engine.abs(x) for x in common_floats(x1, x2))
    large, small = engine.maximum(x1, x2), engine.minimum(x1, x2)
    ratio = small / engine.where(large == 0, 1, large)
    return large * engine.sqrt(1 + ratio * ratio)


@op(row_independent=True)
def sinc(x: Array) -> Array:
    """`sin(pi x) / (pi x)`, and 1 at 0."""
    angle = math.pi * floating(x)
    safe = engine.where(angle == 0, 1, angle)
    return engine.where(angle == 0, 1, engine.sin(safe) / safe)


@op(row_independent=True)
def deg2rad(x: Array) -> Array:
    """Degrees to radians."""
    return floating(x) * (math.pi / 180)


@op(row_independent=True)
def rad2deg(x: Array) -> Array:
    """Radians to degrees."""
    return floating(x) * (180 / math.pi)


@op(row_independent=True)
def sinh(x: Array) -> Array:
    """`(exp(x) - exp(-x)) / 2`."""
    x = floating(x)
    return (engine.expm1(x) - engine.expm1(-x)) / 2


@op(row_independent=True)
def cosh(x: Array) -> Array:
    """`(exp(x) + exp(-x)) / 2`."""
    x = floating(x)
    return (engine.exp(x) + engine.exp(-x)) / 2


@op(row_independent=True)
def tanh(x: Array) -> Array:
    """`sinh(x) / cosh(x)`."""
    return engine.tanh(floating(x))


@op(row_independent=True)
def arcsinh(x: Array) -> Array:
    """`log(x + sqrt(x**2 + 1))`, exact near 0 and for negative numbers."""
    x = floating(x)
    sign = engine.where(x < 0, -1, 1)
    a = sign * x
    return sign * engine.log1p(a + a * a / (1 + engine.sqrt(a * a + 1)))


@op(row_independent=True)
def arccosh(x: Array) -> Array:
    """`log(x + sqrt(x**2 - 1))`."""
    x = floating(x)
    return engine.log(x + engine.sqrt(x - 1) * engine.sqrt(x + 1))


@op(row_independent=True)
def arctanh(x: Array) -> Array:
    """`log((1 + x) / (1 - x)) / 2`."""
    x = floating(x)
    return (engine.log1p(x) - engine.log1p(-x)) / 2
