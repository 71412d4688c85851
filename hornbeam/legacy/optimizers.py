"""What Keras 2's optimizers have and today's have not: `hornbeam.core.old_names.members` says so of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hornbeam.core import lift
from hornbeam.core.variable import Variable
from hornbeam.legacy.backend.derivatives import gradients
from hornbeam.legacy.backend.functions import Update


class Optimizer:
    """Its members are those of `hornbeam.optimizers.Optimizer`."""

    name: str
    apply: Callable[..., None]
    decay: float

    @property
    def initial_decay(self) -> float:
        """`decay`: by how much the learning rate falls."""
        return self.decay

    @property
    def updates(self) -> list[Any]:
        """What remains to be done after a step: nothing, since variables are assigned in it."""
        return []

    def minimize(self, loss: Any, var_list: Any, tape: Any = None, **_: Any) -> None:
        """One step downhill.

        Args:
            loss: a function without arguments that gives the loss; or the loss, which `tape` has written down.
            var_list: the variables; or a function that gives them, once the loss was computed.
            tape: a `tf.GradientTape`.
        """
        if callable(loss):
            if callable(var_list):
                loss()
            variables = list(var_list() if callable(var_list) else var_list)
            gradients = lift.value_and_grad(loss, variables)[1]
        else:
            variables = list(var_list)
            gradients = tape.gradient(loss, variables)
        self.apply(gradients, variables)

    def get_gradients(self, loss: Any, params: Any) -> list[Any]:
        """The gradients of a graph's loss by variables, as symbolic tensors: see `backend.gradients`."""
        return gradients(loss, params)

    def get_updates(self, loss: Any, params: Any, constraints: Any = None) -> list[Update]:
        """What changes the variables as this optimizer does, for `backend.function(inputs, outputs, updates)`.

        Args:
            loss: a symbolic tensor that was computed from inputs of a graph.
            params: the variables.
            constraints: a dictionary with functions for some of them, as in Keras 1.

        Keras 1 had `params` and `constraints` before `loss`, which is told from what they are.
        """
        if isinstance(loss, list | tuple):
            loss, params, constraints = constraints, loss, params
        for variable, constraint in (constraints or {}).items() if isinstance(constraints, dict) else ():
            variable.constraint = constraint
        variables: Sequence[Variable] = list(params)
        return [Update(Optimizer.get_gradients(self, loss, variables), lambda values: self.apply(values, variables))]
