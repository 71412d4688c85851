"""What Keras 2's optimizers have and today's have not: `hornbeam.core.old_names.members` says so of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hornbeam import ops
from hornbeam.core import lift, serialization
from hornbeam.core.running import running
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.core.variable import Variable
from hornbeam.legacy.backend.derivatives import gradients, trained_in
from hornbeam.legacy.backend.functions import Update
from hornbeam.legacy.own_optimizers import updates as own_optimizers
from hornbeam.optimizers.base.learning_rate import present_rate
from hornbeam.optimizers.schedules import LearningRateSchedule


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

    def minimize(self, loss: Any, var_list: Any = None, tape: Any = None, **_: Any) -> Any:
        """One step downhill; of a loss in a graph, what makes one each time that a `tf.Session` runs it.

        Args:
            loss: a function without arguments that gives the loss; or the loss, which `tape` has written down; or a
                symbolic tensor.
            var_list: the variables; or a function that gives them, once the loss was computed. In a graph, those that
                layers train by default.
            tape: a `tf.GradientTape`.
        """
        if isinstance(loss, SymbolicTensor):
            return Optimizer.get_updates(self, loss, var_list or trained_in([loss]))[0]
        if callable(loss):
            if callable(var_list):
                loss()
            variables = list(var_list() if callable(var_list) else var_list)
            gradients = lift.value_and_grad(loss, variables)[1]
        else:
            variables = list(var_list)
            gradients = tape.gradient(loss, variables)
        self.apply(gradients, variables)
        return None

    def get_gradients(self, loss: Any, params: Any) -> list[Any]:
        """The gradients of a graph's loss by variables, as symbolic tensors: see `backend.gradients`.

        In the step of an optimizer that defines `get_updates` they are arrays: those of the step.
        """
        if running.memory is not None:
            return own_optimizers.gradients_for(self, params)
        return gradients(loss, params)

    def get_updates(self, loss: Any, params: Any, constraints: Any = None) -> list[Any]:
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
        if running.memory is not None:
            return running.memory.updates_by_rule(self, variables)
        return [Update(Optimizer.get_gradients(self, loss, variables), lambda values: self.apply(values, variables))]

    # what classes use that were written for TensorFlow's Keras

    learning_rate: Any
    _learning_rate: Any
    _state: Any

    @property
    def _hyper(self) -> dict[str, Any]:
        """What `_set_hyper` was given."""
        return vars(self).setdefault("_hyperparameters", {})

    def _set_hyper(self, name: str, value: Any) -> None:
        """Keep a setting; the learning rate may be a number, a schedule or a function."""
        if name in ("learning_rate", "decay"):
            setattr(self, name, value if name == "learning_rate" else float(value or 0.0))
        else:
            self._hyper[name] = value
            setattr(self, name, value)

    def _get_hyper(self, name: str, dtype: Any = None) -> Any:
        """A setting, as an array of a dtype if one is given."""
        value = self._learning_rate if name == "learning_rate" else getattr(self, name)
        if isinstance(value, LearningRateSchedule):
            return value
        value = value() if callable(value) else value
        return value if dtype is None else ops.cast(value, dtype)

    def _serialize_hyperparameter(self, name: str) -> Any:
        """A setting as `get_config` has it."""
        value = self._learning_rate if name == "learning_rate" else getattr(self, name)
        if isinstance(value, LearningRateSchedule):
            return serialization.serialize(value)
        return value.numpy().item() if isinstance(value, Variable) else value() if callable(value) else value

    @property
    def _initial_decay(self) -> float:
        """`decay`."""
        return self.decay

    def _decayed_lr(self, var_dtype: Any) -> Any:
        """The rate of this step."""
        return ops.cast(present_rate(self), var_dtype)

    def add_slot(self, var: Variable, slot_name: str, initializer: Any = "zeros", shape: Any = None) -> Variable:
        """What is remembered under a name for a variable, made when it is not there."""
        slots = self._state.slots.setdefault(slot_name, {})
        if var not in slots:
            name = f"{var.path.replace('/', '_')}_{slot_name}"
            slots[var] = self._state.add(var.shape if shape is None else shape, initializer, var.dtype, name)
            slots[var].dtype = var.dtype
        elif not any(slots[var] is one for one in self._state.variables):
            self._state.variables.append(slots[var])
        return slots[var]

    def get_slot(self, var: Variable, slot_name: str) -> Variable:
        """What `add_slot` made."""
        return self._state.slots[slot_name][var]

    def get_slot_names(self) -> list[str]:
        """The names that `add_slot` was given."""
        return list(self._state.slots)

    def _create_slots(self, var_list: Any) -> None:
        """Make what is remembered for each variable, by `add_slot`; a class of one's own says what."""

    def _create_hypers(self) -> None:
        """Nothing: settings are there."""

    def _create_all_weights(self, var_list: Any) -> None:
        """`build`."""
        self.build(var_list)

    build: Callable[..., None]

    def _prepare(self, var_list: Any) -> None:
        """Nothing, unless a class of one's own has something to do before each step."""

    def _prepare_local(self, var_device: Any, var_dtype: Any, apply_state: dict[Any, Any]) -> None:
        """What a step computes once for all variables of a dtype."""
        rate = self._decayed_lr(var_dtype)
        apply_state[(var_device, var_dtype)] = {"lr_t": rate, "neg_lr_t": -rate}

    def _fallback_apply_state(self, var_device: Any, var_dtype: Any) -> Any:
        """What `_prepare_local` makes."""
        states: dict[Any, Any] = {(var_device, var_dtype): {}}
        self._prepare_local(var_device, var_dtype, states)
        return states[(var_device, var_dtype)]

    def _build_learning_rate(self, learning_rate: Any) -> Any:
        """Keep a rate, and give what is kept: a variable or a schedule."""
        self.learning_rate = learning_rate
        return self._learning_rate

    @property
    def _index_dict(self) -> dict[int, int]:
        """The number of each variable, by `_var_key`."""
        return {id(variable): i for variable, i in self._state.index.items()}

    def _var_key(self, variable: Variable) -> int:
        """What tells a variable from others."""
        return id(variable)


class LossScaleOptimizer:
    """Its members are those of `hornbeam.optimizers.LossScaleOptimizer`."""

    takes_unscaled: bool

    def get_scaled_loss(self, loss: Any) -> Any:
        """`scale_loss`."""
        optimizer: Any = self
        return optimizer.scale_loss(loss)

    def get_unscaled_gradients(self, grads: Any) -> list[Any]:
        """The gradients of the loss itself, for `apply_gradients`, which takes such from now on."""
        optimizer: Any = self
        scale = optimizer.dynamic_scale.value if optimizer.built else optimizer.initial_scale
        self.takes_unscaled = True
        return [None if g is None else ops.divide(g, ops.cast(scale, ops.dtype(g))) for g in grads]
