"""`Optimizer`: how gradients move variables.

An optimizer is its slots, the values that it remembers for each variable, and its update, one step as a formula:

    class SGD(Optimizer):
        slots = (("momentum",),)

        def update(self, g, w, lr, t, m):
            m = self.momentum * m - lr * g
            return w + m, m

Clipping, weight decay, averages, accumulation and schedules are done here, once for all of them.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core import naming, serialization, settings
from hornbeam.core.configurable import Configurable, argument_names
from hornbeam.core.hyperparameter import Hyperparameter
from hornbeam.core.lift import lift
from hornbeam.core.renaming.members import join_to_today
from hornbeam.core.running import under
from hornbeam.core.suggest import no_argument
from hornbeam.core.tape import plain
from hornbeam.core.variable import Variable
from hornbeam.ops.dispatch import Array
from hornbeam.optimizers.base import accumulation, arguments, averages, updates
from hornbeam.optimizers.base.clipping import clip
from hornbeam.optimizers.base.gradients import paired
from hornbeam.optimizers.base.learning_rate import as_argument, present_rate, scheduled_momentum, set_rate
from hornbeam.optimizers.base.state import present_value
from hornbeam.optimizers.base.variables import VariableHolder
from hornbeam.optimizers.base.weight_decay import Undecayed


class Optimizer(VariableHolder):
    """Base of all optimizers.

    Args:
        learning_rate: η: a number, a schedule, or a function without arguments.
        weight_decay: λ: before each update, w becomes w - η λ w; none by default.
        clipnorm: the largest norm of each gradient.
        clipvalue: the largest absolute value in a gradient.
        global_clipnorm: the largest norm of all gradients together.
        use_ema: whether to keep a moving average of the weights, which replaces them when training ends.
        ema_momentum: of that average.
        ema_overwrite_frequency: after how many steps the weights are replaced by their average, beside the end.
        loss_scale_factor: the loss is multiplied by it and the gradients divided.
        gradient_accumulation_steps: over how many steps gradients are averaged before each update.
        name: made from the class name by default.
        kwargs: `decay`, d: with it the rate at step t is η / (1 + d t), as in Keras 2.

    >>> import hornbeam
    >>> class Sign(hornbeam.optimizers.Optimizer):
    ...     def update(self, g, w, lr, t):
    ...         return (w - lr * hornbeam.ops.sign(g),)
    >>> w = hornbeam.Variable([1.0, 2.0])
    >>> Sign(0.5).apply([[0.1, -3.0]], [w])
    >>> w.numpy().tolist()
    [0.5, 2.5]
    """

    api_module = "keras.optimizers"
    unseen = Configurable.unseen | {"name", "_warned"}
    is_elementwise = False  # whether `update` treats every number by itself, so that variables may be laid end to end
    takes_name_first = False  # whether the class was written for a base class whose first argument is the name
    weight_decay = Hyperparameter()
    clipnorm = Hyperparameter()
    clipvalue = Hyperparameter()
    global_clipnorm = Hyperparameter()
    shared: dict[str, float] = {}  # what is remembered once for all variables, and where it starts
    loss_scale_factor: float | None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        arguments.show_inherited(cls)
        join_to_today(cls)

    def __init__(
        self,
        learning_rate: Any = 0.001,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ):
        if self.takes_name_first and isinstance(learning_rate, str):
            learning_rate, name = 0.001, learning_rate
        decay = kwargs.pop("decay", None)
        if kwargs:
            raise no_argument(type(self).__name__, kwargs, argument_names(type(self)))
        self.hold(name or naming.auto_name(type(self)))
        self._undecayed = Undecayed()
        self._warned = False
        self._iterations = self.add_variable((), dtype="int32", name="iteration")
        self._learning_rate: Any = None
        given = locals() | {"name": self.name}
        super().store({key: given[key] for key in arguments.COMMON})
        self.decay = float(decay or 0.0)
        arguments.check(self)

    def resolve(self, name: str, value: Any) -> Any:
        return settings.epsilon() if name == "epsilon" and value is None else value

    def store(self, given: dict[str, Any]) -> None:
        """Keep what the base class does not keep already."""
        super().store({name: value for name, value in given.items() if name not in arguments.COMMON})

    # what an optimizer defines

    @property
    def slots(self) -> Sequence[Sequence[str]]:
        """Names of what is remembered for each variable, in groups: those of one group are interleaved in files."""
        return ()

    def update(self, g: Array, w: Array, lr: Array, t: Array, *slots: Array) -> tuple[Array, ...]:
        """The new value of a variable and of its slots.

        Args:
            g: the gradient.
            w: the variable's value.
            lr: the learning rate, or what `step_size` makes of it.
            t: the number of this update, from 1.
            slots: what was remembered, in the order of the class's `slots`.
        """
        raise NotImplementedError(f"`{type(self).__name__}` must define `update` or `update_step`.")

    def step_size(self, lr: Array, t: Array) -> Array:
        """What `update` gets as `lr`: computed once for all variables, where it depends on the number of the update."""
        return lr

    def slot_start(self, slot: str, variable: Variable) -> Any:
        """What a slot holds before the first update; 0 unless overridden.

        Returns:
            A number for every place of the variable, an array, or `None` when there is no such slot for this variable.
        """
        return 0.0

    def decay_of(self, variable: Variable) -> float | None:
        """λ for a variable."""
        return None if variable in self._undecayed else self.weight_decay

    def before_updates(self, t: Array) -> None:
        """Called once before the variables are updated, with the number of the update; for shared state."""

    # updates

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the state for these variables; done at the first `apply` if not before.

        Called again with others (layers were unfrozen, say), it makes what is missing and keeps what there is.

        Args:
            variables: what will be trained.
        """
        variables = list(variables)
        if self.is_built_for(variables):
            return
        state = self._state
        state.start_anew(variables, is_first=not self.built)
        if self.use_ema:  # the average of a variable that comes later is as old as its first value
            state.list_slots([averages.SLOT], lambda _, variable: present_value(variable) if self.built else 0.0)
        if self.gradient_accumulation_steps:
            state.list_slots([accumulation.SLOT], lambda *_: 0.0)
        for group in self.slots:
            state.list_slots(group, self.slot_start)
        state.list_shared(self.shared)
        self.built = True

    def is_built_for(self, variables: Sequence[Variable]) -> bool:
        """Whether there is state for these variables, in this order, and for no others."""
        return self.built and self._state.is_for(variables)

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Variable] | None = None) -> None:
        """Update variables by their gradients.

        Args:
            grads: one array for each variable, or `None` for a variable that the loss does not depend on.
            trainable_variables: those of `build` by default.

        Raises:
            ValueError: when there are more or fewer gradients than variables, no gradient at all, or a variable that
                the optimizer was not built for.
        """
        with under(tape=None):  # old code often updates while the tape is still open
            self._apply(plain(list(grads)), trainable_variables)

    def _apply(self, grads: Sequence[Any], trainable_variables: Sequence[Variable] | None) -> None:
        gradients, variables = paired(self, grads, trainable_variables)
        if self.loss_scale_factor:
            gradients = [g / self.loss_scale_factor for g in gradients]
        if self.gradient_accumulation_steps:
            accumulation.accumulate(self, gradients, variables)
        else:
            self._update_all(gradients, variables)
        if self.use_ema:
            averages.move(self)
        for variable in variables:
            if variable.constraint is not None:
                variable.hold(variable.constraint(variable.value))
        self._iterations.assign_add(1)

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Variable]], **kwargs: Any) -> Any:
        """Update variables, given as pairs of gradient and variable; returns the step count."""
        grads, variables = zip(*grads_and_vars, strict=True)
        self.apply(grads, variables)
        return self._iterations

    def _update_all(self, grads: list[Array], variables: list[Variable]) -> None:
        grads = clip(self, grads)
        lr = present_rate(self)
        is_by_rule = type(self).update_step is Optimizer.update_step
        if not is_by_rule:
            updates.decay_weights(self, lr, variables)
        self.before_updates(updates.number_of_update(self))
        update = updates.update_by_rule if is_by_rule else updates.update_one_by_one
        with scheduled_momentum(self):
            update(self, lr, grads, variables)

    def update_step(self, gradient: Array, variable: Variable, learning_rate: Array) -> None:
        """Update one variable and its slots; a user's optimizer may override this instead of `update`."""
        rule = updates.rule(self, learning_rate, variable.dtype)
        updates.update_group(rule, [gradient], [updates.with_slots(self, variable)], self.is_elementwise)

    def stateless_apply(
        self, optimizer_variables: Sequence[Any], grads: Sequence[Any], trainable_variables: Sequence[Any]
    ) -> tuple[list[Any], list[Any]]:
        """The new values of the trained variables and of the state, as a pure function of the old ones."""
        if not self.built:
            raise ValueError(f"Optimizer `{self.name}` must be built before `stateless_apply`.")
        variables = self._state.trained
        pure = lift(lambda: self.apply(grads, variables), [*variables, *self.variables])
        _, new = pure([*trainable_variables, *optimizer_variables])
        return new[: len(variables)], new[len(variables) :]

    def scale_loss(self, loss: Any) -> Any:
        """The loss to differentiate: multiplied by `loss_scale_factor`."""
        return loss if self.loss_scale_factor is None else loss * self.loss_scale_factor

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        """Put the averages in the weights' place, at the end of training with `use_ema`."""
        if self.use_ema and self.built:
            for variable in var_list:
                variable.hold(self._state.slots[averages.SLOT][variable].numpy())  # a copy: each owns its memory

    def exclude_from_weight_decay(
        self, var_list: Sequence[Variable] | None = None, var_names: Sequence[str] | None = None
    ) -> None:
        """Leave variables out of weight decay; before the first update.

        Args:
            var_list: the variables.
            var_names: parts of names (regular expressions), such as ["bias"].
        """
        if self.built:
            raise ValueError("`exclude_from_weight_decay` must be called before the optimizer is built.")
        self._undecayed = Undecayed(var_list, var_names)

    @property
    def iterations(self) -> Any:
        """How many updates there have been."""
        if self.gradient_accumulation_steps:
            return engine.floor_divide(self._iterations.value, self.gradient_accumulation_steps)
        return self._iterations

    @iterations.setter
    def iterations(self, variable: Variable) -> None:
        if self.built:
            raise RuntimeError(f"`iterations` of optimizer `{self.name}` must be set before it is built.")
        self._state.variables = [variable if v is self._iterations else v for v in self._state.variables]
        variable.trainable = False
        self._iterations = variable

    @property
    def learning_rate(self) -> Any:
        """A variable; or, for a schedule or a function, its present value."""
        rate = self._learning_rate
        return rate if isinstance(rate, Variable) else present_rate(self)

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        set_rate(self, value)

    # config

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """A new optimizer, without state, from what `get_config` gave."""
        with serialization.custom_object_scope(custom_objects or {}):
            return super().from_config(config)

    def __repr__(self) -> str:
        usual = {
            p.name: p.default for cls in (Optimizer, type(self)) for p in inspect.signature(cls).parameters.values()
        }
        shown = {k: v for k, v in self.config_arguments().items() if k != "name" and v != usual.get(k)}
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in shown.items())})"

    def config_arguments(self) -> dict[str, Any]:
        rate = self._learning_rate
        config = {"name": self.name, "learning_rate": as_argument(rate)}
        config |= {name: getattr(self, name) for name in arguments.COMMON if name not in config}
        config |= {k: v for k, v in super().config_arguments().items() if k not in config}
        config.pop("decay", None)
        return config | ({"decay": self.decay} if self.decay else {})
