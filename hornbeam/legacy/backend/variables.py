"""Variables: making them, reading and changing what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import engine, ops, random
from hornbeam.core import dtypes
from hornbeam.core.running import running
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.core.variable import Variable
from hornbeam.legacy.backend.sizes import takes_sizes


def variable(value: Any, dtype: Any = None, name: str | None = None, constraint: Any = None) -> Variable:
    """A variable that holds `value`, in `floatx()` unless a dtype is given."""
    if running.memory is not None:
        return running.memory.remember(lambda: _new(value, dtype, name, constraint))
    return _new(value, dtype, name, constraint)


def _new(value: Any, dtype: Any, name: str | None, constraint: Any = None) -> Variable:
    made = Variable(_plain(value), dtype=dtypes.standardize(dtype), name=name)
    made.constraint = constraint
    return made


def _plain(value: Any) -> Any:
    return value.numpy() if isinstance(value, Variable) else value.toarray() if hasattr(value, "toarray") else value


def _held(value: Any, dtype: Any, name: str | None) -> Any:
    """A variable with this value; inside of a computation, which is run again and again, the value."""
    computing = running.layers or running.scope is not None or running.probe is not None
    is_value = running.memory is None and (computing or engine.is_traced(value))
    return value if is_value else variable(value, dtype, name)


@takes_sizes
def zeros(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A variable that holds zeros; a tensor of them inside of a layer."""
    return _held(ops.zeros(shape, dtypes.standardize(dtype)), dtype, name)


@takes_sizes
def ones(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A variable that holds ones; a tensor of them inside of a layer."""
    return _held(ops.ones(shape, dtypes.standardize(dtype)), dtype, name)


@takes_sizes
def eye(size: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A variable that holds an identity matrix; a tensor inside of a layer."""
    n, m = size if isinstance(size, list | tuple) else (size, size)
    return _held(ops.eye(n, m, 0, dtypes.standardize(dtype)), dtype, name)


def random_uniform_variable(
    shape: Any, low: float, high: float, dtype: Any = None, name: str | None = None, seed: int | None = None
) -> Variable:
    """A variable that holds draws from a uniform distribution."""
    return variable(random.uniform(tuple(shape), low, high, dtype, seed), dtype, name)


def random_normal_variable(
    shape: Any, mean: float, scale: float, dtype: Any = None, name: str | None = None, seed: int | None = None
) -> Variable:
    """A variable that holds draws from a normal distribution."""
    return variable(random.normal(tuple(shape), mean, scale, dtype, seed), dtype, name)


def get_value(x: Any) -> Any:
    """What a variable, or a tensor, holds: a NumPy array."""
    if isinstance(x, SymbolicTensor):
        raise TypeError(
            f"`{x}` has a value only for values of the inputs that it depends on: compute it with "
            "`K.function(inputs, [tensor])`, or with a model of these inputs and outputs."
        )
    if running.memory is not None and isinstance(x, Variable):
        return x.value  # of the step that is computed
    return x.numpy() if isinstance(x, Variable) else ops.convert_to_numpy(x)


eval = get_value


def batch_get_value(ops: Sequence[Any]) -> list[Any]:
    """What several hold."""
    return [get_value(x) for x in ops]


def set_value(x: Variable, value: Any) -> None:
    """Let a variable hold another value."""
    if not isinstance(x, Variable):
        raise TypeError(f"`set_value` changes what a variable holds. Received: {x!r}.")
    x.assign(np.reshape(_plain(value), x.shape) if np.size(value) == 1 else _plain(value))


def batch_set_value(tuples: Sequence[tuple[Variable, Any]]) -> None:
    """Let several hold other values: pairs of a variable and its value."""
    for x, value in tuples:
        set_value(x, value)


def update(x: Variable, new_x: Any) -> Any:
    """Assign a variable, and give the value; of a symbolic value, and in `get_updates`, a pair for `updates`."""
    is_for_later = running.memory is not None or isinstance(new_x, SymbolicTensor)
    return (x, new_x) if is_for_later else x.assign(new_x)


def update_add(x: Variable, increment: Any) -> Any:
    """The same with the sum of what it holds and `increment`."""
    return update(x, ops.add(x, increment))


def update_sub(x: Variable, decrement: Any) -> Any:
    """The same with the difference."""
    return update(x, ops.subtract(x, decrement))


def moving_average_update(x: Variable, value: Any, momentum: Any) -> Any:
    """The same with `momentum * x + (1 - momentum) * value`."""
    return update(x, ops.add(ops.multiply(x, momentum), ops.multiply(value, 1 - momentum)))
