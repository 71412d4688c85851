"""Functions that work by element."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from hornbeam import engine, ops
from hornbeam.core import dtypes
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.core.variable import Variable
from hornbeam.ops.dispatch import Array, ArrayOrScalar, op


def _of_two(fn: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def call(x: Any, y: Any) -> Any:
        return fn(x, y)

    call.__name__, call.__doc__ = fn.__name__, fn.__doc__
    return call


equal, not_equal = _of_two(ops.equal), _of_two(ops.not_equal)
greater, greater_equal = _of_two(ops.greater), _of_two(ops.greater_equal)
less, less_equal = _of_two(ops.less), _of_two(ops.less_equal)
maximum, minimum = _of_two(ops.maximum), _of_two(ops.minimum)


def pow(x: Any, a: Any) -> Any:
    """`x ** a`."""
    return ops.power(x, a)


def cast(x: Any, dtype: str) -> Any:
    """`x` in another dtype."""
    return ops.cast(x, dtype)


def cast_to_floatx(x: Any) -> Any:
    """An array of `floatx()`: NumPy's, unless a tensor is given."""
    if isinstance(x, Variable | SymbolicTensor) or ops.is_tensor(x):
        return ops.cast(x, dtypes.floatx())
    return np.asarray(x, dtype=dtypes.floatx())


@op(row_independent=True)
def clip(x: Array, min_value: ArrayOrScalar | None, max_value: ArrayOrScalar | None) -> Array:
    """`x` between two values; `None` is no limit. A `max_value` below `min_value` is moved up to it."""
    low = -math.inf if min_value is None else min_value
    high = math.inf if max_value is None else max_value
    if not engine.is_tensor(low) and not engine.is_tensor(high):
        high = max(low, high)
    return ops.minimum(ops.maximum(x, low), high)


@op(row_independent=True)
def relu(x: Array, alpha: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Array:
    """`x` from `threshold` up to `max_value`; below, `alpha * (x - threshold)`."""
    above = x if max_value is None else engine.minimum(x, max_value)
    return engine.where(x >= threshold, above, alpha * (x - threshold))


@op(row_independent=True)
def hard_sigmoid(x: Array) -> Array:
    """`0.2 * x + 0.5`, between 0 and 1: Keras 2's, which is not today's."""
    return engine.minimum(engine.maximum(0.2 * x + 0.5, 0.0), 1.0)


def elu(x: Any, alpha: float = 1.0) -> Any:
    """`x` where it is positive, else `alpha * (exp(x) - 1)`."""
    return ops.elu(x, alpha)


def round(x: Any) -> Any:
    """The nearest whole number; halves to the even one."""
    return ops.round(x)


def stop_gradient(variables: Any) -> Any:
    """The same values, constants for gradients; of a list, each."""
    if isinstance(variables, list | tuple):
        return [ops.stop_gradient(x) for x in variables]
    return ops.stop_gradient(variables)
