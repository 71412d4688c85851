"""One update of all variables by a rule: weight decay, then `update`, as few computations as the engine likes best."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from hornbeam import engine
from hornbeam.core.variable import Variable
from hornbeam.ops.control import map_elementwise
from hornbeam.ops.dispatch import Array, as_array

Rule = Callable[..., tuple[Array, ...]]


def update_by_rule(optimizer: Any, lr: Array, grads: list[Array], variables: list[Variable]) -> None:
    """Update variables and their slots by `optimizer.update`."""
    groups: dict[Any, tuple[float | None, list[Array], list[list[Variable]]]] = {}
    for g, variable in zip(grads, variables, strict=True):
        held = with_slots(optimizer, variable)
        decay = optimizer.decay_of(variable)
        kind = (variable.dtype, None if decay is None else id(decay), len(held))
        _, gradients, rows = groups.setdefault(kind, (decay, [], []))
        gradients.append(g)
        rows.append(held)
    for (dtype, *_), (decay, gradients, rows) in groups.items():
        update_group(rule(optimizer, lr, dtype, decay), gradients, rows, optimizer.is_elementwise)


def update_one_by_one(optimizer: Any, lr: Array, grads: list[Array], variables: list[Variable]) -> None:
    """Update variables by a user's `optimizer.update_step`."""
    more = (lr,) if len(inspect.signature(optimizer.update_step).parameters) > 2 else ()  # tf.keras passed no rate
    for g, variable in zip(grads, variables, strict=True):
        optimizer.update_step(g, variable, *more)


def decay_weights(optimizer: Any, lr: Array, variables: list[Variable]) -> None:
    """w ← w - η λ w."""
    for variable in variables:
        decay = optimizer.decay_of(variable)
        if decay is not None:
            w = variable.value
            variable.hold(w - w * decay * engine.cast(lr, variable.dtype))


def with_slots(optimizer: Any, variable: Variable) -> list[Variable]:
    return [variable, *optimizer._state.slots_of(variable, optimizer.slots)]


def number_of_update(optimizer: Any) -> Array:
    """t, from 1, as a float."""
    return engine.cast(as_array(optimizer.iterations) + 1, "float32")


def rule(optimizer: Any, lr: Array, dtype: str, decay: float | None = None) -> Rule:
    """The whole update of variables of one dtype, as a function of the gradient, the value and the slots."""
    lr, t = engine.cast(as_array(lr), dtype), engine.cast(number_of_update(optimizer), dtype)
    size = optimizer.step_size(lr, t)

    def update(g: Array, w: Array, *slots: Array) -> tuple[Array, ...]:
        if decay is not None:
            w = w - w * decay * lr
        return optimizer.update(g, w, size, t, *slots)

    return update


def update_group(rule: Rule, grads: list[Array], held: list[list[Variable]], is_elementwise: bool) -> None:
    """Update variables that have the same dtype, decay and slots."""
    rows = [[g, *[variable.value for variable in row]] for g, row in zip(grads, held, strict=True)]
    new = map_elementwise(rule, rows) if is_elementwise else [rule(*row) for row in rows]
    for row, values in zip(held, new, strict=True):
        for variable, value in zip(row, values, strict=True):
            variable.hold(value)
