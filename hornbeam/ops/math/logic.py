"""Truth values, and the bits of integers."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.core.promotion import counted, in_common, numbers
from hornbeam.ops.dispatch import Array, ArrayOrScalar, op


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
    x, y = numbers(x, y)
    return engine.asarray(x & y)


@op(row_independent=True)
def bitwise_or(x: ArrayOrScalar, y: ArrayOrScalar) -> Array:
    """`x | y`."""
    x, y = numbers(x, y)
    return engine.asarray(x | y)


@op(row_independent=True)
def bitwise_xor(x: ArrayOrScalar, y: ArrayOrScalar) -> Array:
    """`x ^ y`."""
    x, y = numbers(x, y)
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
def left_shift(x: ArrayOrScalar, y: ArrayOrScalar) -> Array:
    """`x << y`."""
    return engine.left_shift(*counted(*in_common(x, y)))


@op(row_independent=True)
def right_shift(x: ArrayOrScalar, y: ArrayOrScalar) -> Array:
    """`x >> y`; the sign bit comes in from the left."""
    return engine.right_shift(*counted(*in_common(x, y)))


def bitwise_left_shift(x: Any, y: Any) -> Array:
    """`x << y`."""
    return left_shift(x, y)


def bitwise_right_shift(x: Any, y: Any) -> Array:
    """`x >> y`; the sign bit comes in from the left."""
    return right_shift(x, y)
