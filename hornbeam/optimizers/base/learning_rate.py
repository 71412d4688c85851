"""The learning rate of an optimizer: a variable, a schedule, or a function without arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import serialization
from hornbeam.core.hyperparameter import is_on
from hornbeam.core.running import running, under
from hornbeam.core.variable import Variable
from hornbeam.initializers import Constant
from hornbeam.ops.dispatch import Array, as_array
from hornbeam.optimizers.schedules import LearningRateSchedule

_MOMENTA = ("momentum", "beta_1")


def present_rate(optimizer: Any) -> Array:
    """The rate of the next update."""
    rate = optimizer._learning_rate
    if isinstance(rate, LearningRateSchedule):
        return as_array(rate(optimizer._iterations.value))
    if not isinstance(rate, Variable):
        return as_array(rate())
    if optimizer.decay:
        return rate.value / (1 + optimizer.decay * engine.cast(as_array(optimizer.iterations), "float32"))
    return rate.value


def plain_rate(optimizer: Any) -> float | None:
    """The rate that is a number of its own; `None` for that of a schedule, a function or several optimizers."""
    rate = getattr(getattr(optimizer, "inner_optimizer", optimizer), "_learning_rate", None)
    return float(rate) if isinstance(rate, Variable) else None


def scheduled_momentum(optimizer: Any) -> under:
    """Inside, momentum and β₁ read as the schedule of the rate says, where it says something."""
    momentum = getattr(optimizer._learning_rate, "momentum_at", lambda _: None)(optimizer._iterations.value)
    if momentum is None:
        return under()
    its_own = [name for name in _MOMENTA if name in vars(optimizer) and is_on(optimizer, name)]
    return under(
        hyperparameters=(running.hyperparameters or {}) | {(id(optimizer), name): momentum for name in its_own}
    )


def set_rate(optimizer: Any, value: Any) -> None:
    """Take a number, a schedule, its config or a function for the rate.

    Raises:
        TypeError: for a number where the rate comes from a schedule or a function.
    """
    rate, state = optimizer._learning_rate, optimizer._state
    if isinstance(value, dict):
        value = serialization.deserialize(value, kind="keras.optimizers.schedules")
    if callable(value):
        state.variables = [v for v in state.variables if v is not rate]
        optimizer._learning_rate = value
    elif rate is None:
        optimizer._learning_rate = state.add((), Constant(_number(value)), "float32", "learning_rate")
    elif isinstance(rate, Variable):
        rate.hold(value)
    else:
        raise TypeError(
            f"The learning rate of optimizer `{optimizer.name}` comes from {rate!r} and cannot be set to a number. "
            f"Received: learning_rate={value!r}. Make the optimizer with a number to change it later."
        )


def as_argument(rate: Any) -> Any:
    """What a constructor takes for this rate: the shortest decimal number with the 32 bits of a variable.

    That is 0.001 rather than 0.0010000000474974513.
    """
    return float(np.format_float_scientific(np.float32(rate.numpy()))) if isinstance(rate, Variable) else rate


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(
            f"`learning_rate` must be a number, a schedule or a function. Received: learning_rate={value!r}."
        ) from None
