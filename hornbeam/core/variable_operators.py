"""What Python's operators compute with the value of a variable, and what `ndarray + variable` and the like ask for."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core.promotion import numbers


def _matmul(x1: Any, x2: Any) -> Any:
    return engine.matmul(engine.asarray(x1), engine.asarray(x2))


def _subtract(x1: Any, x2: Any) -> Any:
    if all(isinstance(x, bool | int | float) or engine.is_tensor(x) for x in (x1, x2)):
        x1, x2 = numbers(x1, x2)  # PyTorch subtracts no truth values
    return x1 - x2


def _is_true(x: Any) -> Any:
    return engine.cast(engine.asarray(x), "bool")


COMPARISONS = ("lt", "le", "gt", "ge", "eq", "ne")
#: By the name of the operator. `&`, `|` and `^` are logical as in Keras, whatever the dtype.
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    **{name: getattr(operator, name) for name in ("add", "mul", "truediv", "floordiv", "mod", "pow")},
    "sub": _subtract,
    "matmul": _matmul,
    "and": lambda x1, x2: engine.logical_and(_is_true(x1), _is_true(x2)),
    "or": lambda x1, x2: engine.logical_or(_is_true(x1), _is_true(x2)),
    "xor": lambda x1, x2: _is_true(x1) != _is_true(x2),
    **{name: getattr(operator, name) for name in COMPARISONS},
}
#: By the function of NumPy that stands for the operator, where an array is on the left.
OF_NUMPY: dict[Any, Callable[[Any, Any], Any]] = {
    np.add: operator.add,
    np.subtract: _subtract,
    np.multiply: operator.mul,
    np.true_divide: operator.truediv,
    np.floor_divide: operator.floordiv,
    np.remainder: operator.mod,
    np.power: operator.pow,
    np.matmul: _matmul,
    np.bitwise_and: operator.and_,
    np.bitwise_or: operator.or_,
    np.bitwise_xor: operator.xor,
    np.less: operator.lt,
    np.less_equal: operator.le,
    np.greater: operator.gt,
    np.greater_equal: operator.ge,
    np.equal: operator.eq,
    np.not_equal: operator.ne,
}
