"""Sums, products, quotients, powers and roots, element by element."""

from __future__ import annotations

import numpy as np

from hornbeam import engine
from hornbeam.core.promotion import common_floats, counted, in_common, numbers
from hornbeam.ops.dispatch import Array, ArrayOrScalar, floating, is_inexact, one_array, op


@op(row_independent=True)
def add(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`x1 + x2`."""
    x1, x2 = numbers(x1, x2)
    return engine.asarray(x1 + x2)


@op(row_independent=True)
def subtract(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`x1 - x2`."""
    x1, x2 = numbers(x1, x2)
    return engine.asarray(x1 - x2)


@op(row_independent=True)
def multiply(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`x1 * x2`."""
    x1, x2 = numbers(x1, x2)
    return engine.asarray(x1 * x2)


@op(row_independent=True)
def divide(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`x1 / x2`; floats, whatever the arguments are."""
    return engine.asarray(one_array(x1, x2) / x2)


@op(row_independent=True)
def true_divide(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`x1 / x2`; floats, whatever the arguments are."""
    return engine.asarray(one_array(x1, x2) / x2)


@op(row_independent=True)
def divide_no_nan(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`x1 / x2`, and 0 where `x2` is 0."""
    x1, x2 = common_floats(x1, x2)
    by_zero = x2 == 0
    return engine.where(by_zero, 0, x1 / engine.where(by_zero, 1, x2))


@op(row_independent=True)
def floor_divide(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`x1 / x2`, rounded towards minus infinity."""
    x1, x2 = counted(x1, x2)
    return engine.floor_divide(one_array(x1, x2), x2)


@op(row_independent=True)
def mod(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """What is left of `x1` after whole multiples of `x2`; it has the sign of `x2`."""
    return engine.remainder(*counted(*in_common(x1, x2)))


@op(row_independent=True)
def fmod(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """What is left of `x1` after whole multiples of `x2`; it has the sign of `x1`."""
    x1, x2 = counted(*in_common(x1, x2))
    return engine.sign(x1) * engine.remainder(engine.abs(x1), engine.abs(x2))


@op(row_independent=True)
def power(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`x1 ** x2`."""
    x1, x2 = counted(x1, x2)
    return engine.power(one_array(x1, x2), x2)


@op(row_independent=True)
def negative(x: Array) -> Array:
    """`-x`."""
    return -x


@op(row_independent=True)
def abs(x: Array) -> Array:
    """`|x|`."""
    return x if engine.dtype_name(x) == "bool" else engine.abs(x)


@op(row_independent=True)
def absolute(x: Array) -> Array:
    """`|x|`."""
    return abs(x)


@op(row_independent=True)
def fabs(x: Array) -> Array:
    """`|x|`, as a float."""
    return engine.abs(floating(x))


@op(row_independent=True)
def sign(x: Array) -> Array:
    """-1, 0 or 1."""
    return engine.sign(x)


@op(row_independent=True)
def signbit(x: Array) -> Array:
    """Whether the sign is negative; true for -0.0."""
    return x < 0 if not is_inexact(x) else engine.logical_or(x < 0, engine.logical_and(x == 0, 1 / x < 0))


@op(row_independent=True)
def heaviside(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """0 where `x1 < 0`, 1 where `x1 > 0`, and `x2` between."""
    x1, x2 = common_floats(x1, x2)
    return engine.where(x1 == 0, x2, engine.where(x1 != x1, x1, engine.cast(x1 > 0, engine.dtype_name(x1))))


@op(row_independent=True)
def square(x: Array) -> Array:
    """`x * x`."""
    x = engine.cast(x, "int32") if engine.dtype_name(x) == "bool" else x
    return x * x


@op(row_independent=True)
def sqrt(x: Array) -> Array:
    """The square root."""
    return engine.sqrt(floating(x))


@op(row_independent=True)
def rsqrt(x: Array) -> Array:
    """`1 / sqrt(x)`."""
    return engine.rsqrt(floating(x))


@op(row_independent=True)
def cbrt(x: Array) -> Array:
    """The cube root, of negative numbers too."""
    x = floating(x)
    return engine.sign(x) * engine.power(engine.abs(x), 1 / 3)


@op(row_independent=True)
def reciprocal(x: Array) -> Array:
    """`1 / x`."""
    return 1 / x


@op(row_independent=True)
def gcd(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """The greatest common divisor, by Euclid's algorithm."""
    x1, x2 = map(engine.abs, counted(*in_common(x1, x2)))
    shape = np.broadcast_shapes(tuple(x1.shape), tuple(x2.shape))

    def step(pair: tuple[Array, Array]) -> tuple[Array, Array]:
        a, b = pair
        return engine.where(b == 0, a, b), engine.where(b == 0, 0, engine.remainder(a, engine.where(b == 0, 1, b)))

    start = (engine.broadcast_to(x1, shape), engine.broadcast_to(x2, shape))
    return engine.while_loop(lambda pair: engine.any(pair[1] != 0), step, start)[0]


@op(row_independent=True)
def lcm(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """The least common multiple."""
    x1, x2 = counted(*in_common(x1, x2))
    divisor = gcd(x1, x2)
    return engine.abs(engine.floor_divide(x1, engine.where(divisor == 0, 1, divisor)) * x2)
