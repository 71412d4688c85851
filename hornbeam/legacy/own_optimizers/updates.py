"""Optimizers that define `get_updates(self, loss, params)`, as Keras 2's did.

Keras ran that method once, to write a graph; here it runs in every step that is traced. What it makes with `K.zeros` or
`K.variable` is remembered: the first run makes these variables, in later ones the n-th call gives the n-th of them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from hornbeam import engine, ops
from hornbeam.core import lift
from hornbeam.core.running import running, under
from hornbeam.core.variable import Variable
from hornbeam.layers.base.tracking import unique
from hornbeam.legacy.own_optimizers.configs import config_arguments
from hornbeam.optimizers import Optimizer
from hornbeam.optimizers.base.clipping import clip
from hornbeam.optimizers.base.state import present_value


class Memory:
    """What an optimizer's `get_updates` makes, and the gradients that it asks for.

    Args:
        made: the variables of an earlier run; `None` in the first one.
    """

    def __init__(self, made: Sequence[Variable] | None, gradients: dict[Variable, Any]):
        self.is_first = made is None
        self.made: list[Variable] = []
        self.inner: list[Variable] = []
        self.gradients = gradients
        self._earlier = iter(made or ())

    def remember(self, make: Callable[[], Variable]) -> Variable:
        """A new variable in the first run, the same one in all others."""
        variable = make() if self.is_first else next(self._earlier)
        self.made.append(variable)
        return variable

    def updates_by_rule(self, optimizer: Any, variables: list[Variable]) -> list[tuple[Variable, Any]]:
        """What the optimizer does by a rule of Hornbeam's: each variable that it assigns, and the value."""
        if not optimizer.is_built_for(variables):
            optimizer.build(variables)
        self.inner += optimizer.variables
        with lift.discard_assignments() as scope:
            Optimizer._update_all(optimizer, optimizer.get_gradients(0.0, variables), variables)
        return list(scope.values.items())


class Updating:
    """Its members become those of the user's class."""

    config_arguments = config_arguments
    weights = property(lambda self: self.variables, lambda self, value: None)
    is_built_for: Callable[..., bool]
    _state: Any
    _iterations: Variable
    get_updates: Callable[..., Any]

    def build(self, variables: Any) -> None:
        """Run `get_updates` once, to find what it remembers."""
        optimizer: Any = self
        variables = list(variables)
        if self.is_built_for(variables):
            return
        Optimizer.build(optimizer, variables)
        zeros = {variable: ops.zeros(variable.shape, variable.dtype) for variable in variables}
        memory = Memory(None, zeros)
        values = {variable: engine.asarray(present_value(variable)) for variable in variables}
        with lift.discard_assignments() as scope:
            scope.values.update(values)
            _updates(optimizer, memory, variables)
        vars(self)["_remembered"] = memory.made
        held = [v for v in vars(self).values() if isinstance(v, Variable) and v not in self._state.index]
        self._state.variables = unique([*self._state.variables, *held, *memory.inner, *memory.made])
        for variable in self._state.variables:
            variable.trainable = False

    def _update_all(self, grads: list[Any], variables: list[Variable]) -> None:
        given = dict(zip(variables, grads, strict=True))
        every = {v: given[v] if v in given else ops.zeros(v.shape, v.dtype) for v in self._state.trained}
        memory = Memory(vars(self)["_remembered"], every)
        for variable, value in _updates(self, memory, list(every)):
            if variable is not self._iterations:  # which counts by itself
                variable.hold(ops.reshape(ops.cast(value, variable.dtype), variable.shape))


def _updates(optimizer: Any, memory: Memory, variables: list[Variable]) -> list[tuple[Variable, Any]]:
    """The pairs of a variable and its next value that `get_updates` gives."""
    takes = inspect.signature(optimizer.get_updates).parameters
    given = {"loss": 0.0, "params": variables, "constraints": {}, "grads": list(memory.gradients.values())}
    with under(memory=memory):
        found = optimizer.get_updates(**{name: given[name] for name in takes if name in given})
    return [pair for pair in found if isinstance(pair, tuple) and len(pair) == 2]


def gradients_for(optimizer: Any, variables: Sequence[Variable]) -> list[Any]:
    """The gradients of the step that is computed, clipped as the optimizer's arguments say."""
    return clip(optimizer, [running.memory.gradients[variable] for variable in variables])
