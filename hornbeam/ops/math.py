"""Arithmetic, element by element: functions of one array, of two, comparisons, and products of arrays."""

from __future__ import annotations

import builtins
import math
import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import dtypes
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, ArrayOrScalar, as_array, floating, is_inexact, normalize_axis, op

# fmt: off
__all__ = [
    "add", "subtract", "multiply", "divide", "true_divide", "divide_no_nan", "floor_divide", "mod", "fmod", "power",
    "maximum", "minimum", "fmax", "fmin", "arctan2", "hypot", "logaddexp", "logaddexp2", "heaviside", "ldexp",
    "gcd", "lcm", "nextafter",
    "negative", "abs", "absolute", "fabs", "sign", "signbit", "square", "sqrt", "rsqrt", "cbrt", "reciprocal",
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "sinh", "cosh", "tanh",
    "arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh", "sinc", "erf", "erfc", "erfinv", "i0",
    "deg2rad", "rad2deg", "floor", "ceil", "round", "trunc", "clip", "nan_to_num",
    "isnan", "isinf", "isfinite", "isposinf", "isneginf", "isreal", "isclose", "allclose",
    "equal", "not_equal", "less", "less_equal", "greater", "greater_equal",
    "logical_and", "logical_or", "logical_xor", "logical_not",
    "bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_not", "bitwise_invert",
    "left_shift", "right_shift", "bitwise_left_shift", "bitwise_right_shift",
    "matmul", "einsum", "dot", "tensordot", "inner", "outer", "vdot", "cross", "kron",
]
# fmt: on


# two arguments


@op(row_independent=True)
def add(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`x1 + x2`."""
    return engine.asarray(x1 + x2)


@op(row_independent=True)
def subtract(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`x1 - x2`."""
    return engine.asarray(x1 - x2)


@op(row_independent=True)
def multiply(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`x1 * x2`."""
    return engine.asarray(x1 * x2)


@op(row_independent=True)
def divide(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`x1 / x2`; floats, whatever the arguments are."""
    return engine.asarray(_one_array(x1, x2) / x2)


@op(row_independent=True)
def true_divide(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`x1 / x2`; floats, whatever the arguments are."""
    return engine.asarray(_one_array(x1, x2) / x2)


@op(row_independent=True)
def divide_no_nan(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`x1 / x2`, and 0 where `x2` is 0."""
    x2 = as_array(x2)
    by_zero = x2 == 0
    return engine.where(by_zero, 0, x1 / engine.where(by_zero, 1, x2))


@op(row_independent=True)
def floor_divide(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`x1 / x2`, rounded towards minus infinity."""
    return engine.floor_divide(_one_array(x1, x2), x2)


@op(row_independent=True)
def mod(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """What is left of `x1` after whole multiples of `x2`; it has the sign of `x2`."""
    return engine.remainder(_one_array(x1, x2), x2)


@op(row_independent=True)
def fmod(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """What is left of `x1` after whole multiples of `x2`; it has the sign of `x1`."""
    x1, x2 = as_array(x1), as_array(x2)
    return engine.sign(x1) * engine.remainder(engine.abs(x1), engine.abs(x2))


@op(row_independent=True)
def power(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`x1 ** x2`."""
    return engine.power(_one_array(x1, x2), x2)


@op(row_independent=True)
def maximum(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """The larger of each pair; NaN where one is NaN."""
    return engine.maximum(_one_array(x1, x2), x2)


@op(row_independent=True)
def minimum(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """The smaller of each pair; NaN where one is NaN."""
    return engine.minimum(_one_array(x1, x2), x2)


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


@op(row_independent=True)
def arctan2(x1: Array, x2: Array) -> Array:
    """The angle of the point (x2, x1), in (-pi, pi]."""
    return engine.arctan2(*_floats(x1, x2))


@op(row_independent=True)
def hypot(x1: Array, x2: Array) -> Array:
    """`sqrt(x1**2 + x2**2)` without overflow."""
    x1, x2 = (engine.abs(x) for x in _floats(x1, x2))
    large, small = engine.maximum(x1, x2), engine.minimum(x1, x2)
    ratio = small / engine.where(large == 0, 1, large)
    return large * engine.sqrt(1 + ratio * ratio)


@op(row_independent=True)
def logaddexp(x1: Array, x2: Array) -> Array:
    """`log(exp(x1) + exp(x2))` without overflow."""
    x1, x2 = _floats(x1, x2)
    high = engine.maximum(x1, x2)
    apart = engine.where(x1 == x2, 0, x1 - x2)  # inf - inf is NaN
    return high + engine.log1p(engine.exp(-engine.abs(apart)))


@op(row_independent=True)
def logaddexp2(x1: Array, x2: Array) -> Array:
    """`log2(2**x1 + 2**x2)` without overflow."""
    x1, x2 = _floats(x1, x2)
    return logaddexp(x1 * math.log(2), x2 * math.log(2)) / math.log(2)


@op(row_independent=True)
def heaviside(x1: Array, x2: ArrayOrScalar) -> Array:
    """0 where `x1 < 0`, 1 where `x1 > 0`, and `x2` between."""
    x1 = floating(x1)
    return engine.where(x1 == 0, x2, engine.where(x1 != x1, x1, engine.cast(x1 > 0, engine.dtype_name(x1))))


@op(row_independent=True)
def ldexp(x1: Array, x2: Array) -> Array:
    """`x1 * 2**x2`."""
    x1 = floating(x1)
    return x1 * engine.power(2.0, engine.cast(x2, engine.dtype_name(x1)))


@op(row_independent=True)
def gcd(x1: Array, x2: Array) -> Array:
    """The greatest common divisor, by Euclid's algorithm."""
    dtype = engine.result_type(x1, x2)
    x1, x2 = (engine.abs(engine.cast(x, dtype)) for x in (x1, x2))
    shape = np.broadcast_shapes(tuple(x1.shape), tuple(x2.shape))

    def step(pair: tuple[Array, Array]) -> tuple[Array, Array]:
        a, b = pair
        return engine.where(b == 0, a, b), engine.where(b == 0, 0, engine.remainder(a, engine.where(b == 0, 1, b)))

    start = (engine.broadcast_to(x1, shape), engine.broadcast_to(x2, shape))
    return engine.while_loop(lambda pair: engine.any(pair[1] != 0), step, start)[0]


@op(row_independent=True)
def lcm(x1: Array, x2: Array) -> Array:
    """The least common multiple."""
    divisor = gcd(x1, x2)
    return engine.abs(engine.floor_divide(x1, engine.where(divisor == 0, 1, divisor)) * x2)


@op(row_independent=True)
def nextafter(x1: Array, x2: Array) -> Array:
    """The next float32 after `x1` towards `x2`; computed on the host."""
    return engine.asarray(np.nextafter(*(np.asarray(engine.to_numpy(x), np.float32) for x in (x1, x2))))


def _one_array(x1: Any, x2: Any) -> Any:
    """`x1`, as an array if neither of them is."""
    return x1 if engine.is_tensor(x1) or engine.is_tensor(x2) else as_array(x1)


def _floats(x1: Array, x2: Array) -> tuple[Array, Array]:
    """Both in the float dtype that they have in common."""
    dtype = engine.result_type(x1, x2)
    dtype = dtype if dtypes.is_float(dtype) else dtypes.floatx()
    return engine.cast(x1, dtype), engine.cast(x2, dtype)


# one argument


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


@op(row_independent=True)
def sinc(x: Array) -> Array:
    """`sin(pi x) / (pi x)`, and 1 at 0."""
    angle = math.pi * floating(x)
    safe = engine.where(angle == 0, 1, angle)
    return engine.where(angle == 0, 1, engine.sin(safe) / safe)


@op(row_independent=True)
def erf(x: Array) -> Array:
    """The error function, `2 / sqrt(pi)` times the integral of `exp(-t**2)` from 0 to `x`."""
    return engine.erf(floating(x))


@op(row_independent=True)
def erfc(x: Array) -> Array:
    """`1 - erf(x)`."""
    return 1 - engine.erf(floating(x))


@op(row_independent=True)
def erfinv(x: Array) -> Array:
    """The inverse of `erf`."""
    return engine.erfinv(floating(x))


@op(row_independent=True)
def i0(x: Array) -> Array:
    """The modified Bessel function of order 0.

    Polynomials 9.8.1 and 9.8.2 of Abramowitz and Stegun, Handbook of Mathematical Functions; relative error below 2e-7.
    """
    x = engine.abs(floating(x))
    inner, outer = x / 3.75, 3.75 / engine.maximum(x, 3.75)
    near = _polynomial(inner * inner, _I0_NEAR)
    far = engine.exp(x) / engine.sqrt(engine.maximum(x, 3.75)) * _polynomial(outer, _I0_FAR)
    return engine.where(x < 3.75, near, far)


_I0_NEAR = (1.0, 3.5156229, 3.0899424, 1.2067492, 0.2659732, 0.0360768, 0.0045813)
_I0_FAR = (
    (0.39894228, 0.01328592, 0.00225319, -0.00157565, 0.00916281)
    + (-0.02057706, 0.02635537, -0.01647633, 0.00392377)
)  # fmt: skip


def _polynomial(x: Array, coefficients: Sequence[float]) -> Array:
    """`c[0] + c[1] x + c[2] x**2 + ...` by Horner's rule."""
    result: Any = 0.0
    for c in reversed(coefficients):
        result = result * x + c
    return result


@op(row_independent=True)
def deg2rad(x: Array) -> Array:
    """Degrees to radians."""
    return floating(x) * (math.pi / 180)


@op(row_independent=True)
def rad2deg(x: Array) -> Array:
    """Radians to degrees."""
    return floating(x) * (180 / math.pi)


@op(row_independent=True)
def floor(x: Array) -> Array:
    """The nearest whole number not above."""
    return engine.floor(floating(x))


@op(row_independent=True)
def ceil(x: Array) -> Array:
    """The nearest whole number not below."""
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
    """The nearest whole number towards zero."""
    return engine.where(x < 0, engine.ceil(x), engine.floor(x)) if is_inexact(x) else x


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


# tests and comparisons


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
def logical_and(x1: Array, x2: Array) -> Array:
    """Whether both are true (not 0)."""
    return engine.logical_and(x1, x2)


@op(row_independent=True)
def logical_or(x1: Array, x2: Array) -> Array:
    """Whether one of them is true (not 0)."""
    return engine.logical_or(x1, x2)


@op(row_independent=True)
def logical_xor(x1: Array, x2: Array) -> Array:
    """Whether exactly one of them is true (not 0)."""
    return engine.cast(x1, "bool") != engine.cast(x2, "bool")


@op(row_independent=True)
def logical_not(x: Array) -> Array:
    """Whether it is false (0)."""
    return engine.logical_not(x)


@op(row_independent=True)
def bitwise_and(x: ArrayOrScalar, y: ArrayOrScalar) -> Array:
    """`x & y`."""
    return engine.asarray(x & y)


@op(row_independent=True)
def bitwise_or(x: ArrayOrScalar, y: ArrayOrScalar) -> Array:
    """`x | y`."""
    return engine.asarray(x | y)


@op(row_independent=True)
def bitwise_xor(x: ArrayOrScalar, y: ArrayOrScalar) -> Array:
    """`x ^ y`."""
    return engine.asarray(x ^ y)


@op(row_independent=True)
def bitwise_not(x: Array) -> Array:
    """`~x`."""
    return ~x


@op(row_independent=True)
def bitwise_invert(x: Array) -> Array:
    """`~x`."""
    return ~x


@op(row_independent=True)
def left_shift(x: Array, y: ArrayOrScalar) -> Array:
    """`x << y`."""
    return engine.left_shift(x, y)


@op(row_independent=True)
def right_shift(x: Array, y: ArrayOrScalar) -> Array:
    """`x >> y`; the sign bit comes in from the left."""
    return engine.right_shift(x, y)


def bitwise_left_shift(x: Any, y: Any) -> Array:
    """`x << y`."""
    return left_shift(x, y)


def bitwise_right_shift(x: Any, y: Any) -> Array:
    """`x >> y`; the sign bit comes in from the left."""
    return right_shift(x, y)


# products of arrays


@op
def matmul(x1: Array, x2: Array) -> Array:
    """Matrix product over the last two axes; a vector is a row on the left and a column on the right."""
    return engine.matmul(x1, x2)


@op
def einsum(subscripts: str, *operands: Array, **kwargs: Any) -> Array:
    """Einstein's summation: "ij,jk->ik" is the product of two matrices."""
    return engine.einsum(subscripts, *operands)


@op
def dot(x1: Array, x2: Array) -> Array:
    """The sum over the last axis of `x1` and the second to last (or only) axis of `x2`."""
    if len(x1.shape) == 0 or len(x2.shape) == 0:
        return x1 * x2
    if len(x2.shape) <= 2:
        return engine.matmul(x1, x2)
    return tensordot(x1, x2, ((-1,), (-2,)))


@op
def tensordot(x1: Array, x2: Array, axes: Any = 2) -> Array:
    """The sum over pairs of axes: the last of `x1` with the first of `x2`, or two lists of axes."""
    n1, n2 = len(x1.shape), len(x2.shape)
    left, right = (range(n1 - axes, n1), range(axes)) if isinstance(axes, int) else axes
    left, right = ((a,) if isinstance(a, int) else a for a in (left, right))
    letters1, letters2 = string.ascii_lowercase[:n1], list(string.ascii_uppercase[:n2])
    for a, b in zip(left, right, strict=True):
        letters2[normalize_axis(b, n2)] = letters1[a]
    summed = {letters1[a] for a in left}
    rest = [c for c in [*letters1, *letters2] if c not in summed]
    return engine.einsum(f"{letters1},{''.join(letters2)}->{''.join(rest)}", x1, x2)


@op
def inner(x1: Array, x2: Array) -> Array:
    """The sum over the last axes of both."""
    scalar = len(x1.shape) == 0 or len(x2.shape) == 0
    return x1 * x2 if scalar else tensordot(x1, x2, ((-1,), (-1,)))


@op
def outer(x1: Array, x2: Array) -> Array:
    """`x1[i] * x2[j]` of two vectors."""
    return arrays.ravel(x1)[:, None] * arrays.ravel(x2)[None, :]


@op
def vdot(x1: Array, x2: Array) -> Array:
    """The sum of the products of all elements."""
    x1 = x1.conj() if engine.dtype_name(x1).startswith("complex") else x1
    return engine.matmul(arrays.ravel(x1), arrays.ravel(x2))


@op
def cross(x1: Array, x2: Array, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Array:
    """The vector product in space; of vectors in the plane its third component."""
    if axis is not None:
        axisa = axisb = axisc = axis
    a = arrays.unstack(x1, axis=axisa)
    b = arrays.unstack(x2, axis=axisb)
    if len(a) == len(b) == 2:
        return a[0] * b[1] - a[1] * b[0]
    a, b = (v if len(v) == 3 else [*v, arrays.zeros_like(v[0])] for v in (a, b))
    parts = [a[i] * b[j] - a[j] * b[i] for i, j in ((1, 2), (2, 0), (0, 1))]
    return arrays.stack(parts, axisc)


@op
def kron(x1: Array, x2: Array) -> Array:
    """Every element of `x1` times the whole of `x2`, as blocks."""
    n = builtins.max(len(x1.shape), len(x2.shape))
    sizes1, sizes2 = ((1,) * (n - len(x.shape)) + tuple(x.shape) for x in (x1, x2))
    left = engine.reshape(x1, [k for size in sizes1 for k in (size, 1)])
    right = engine.reshape(x2, [k for size in sizes2 for k in (1, size)])
    return engine.reshape(left * right, [a * b for a, b in zip(sizes1, sizes2)])
