"""The error function and Bessel's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.ops.dispatch import Array, floating, op


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
