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
import re
import warnings
from collections.abc import Callable, Iterable, MutableMapping, Sequence
from typing import Any, NoReturn

import numpy as np

from hornbeam import engine, initializers
from hornbeam.core import dtypes, naming, serialization, settings
from hornbeam.core.configurable import Configurable
from hornbeam.core.hyperparameter import Hyperparameter, is_on
from hornbeam.core.old_names import accept_old
from hornbeam.core.variable import Variable, lift
from hornbeam.ops.dispatch import Array, as_array, fused
from hornbeam.optimizers import arguments
from hornbeam.optimizers.clipping import clip_by_global_norm, clip_by_norm, clip_by_value
from hornbeam.optimizers.schedules import LearningRateSchedule


class Optimizer(Configurable):
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

    `lr` and `decay` of Keras 2 are accepted: with decay d the rate at step t is η / (1 + d t).

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
    unseen = Configurable.unseen | {"name", "_unbuilt", "_warned"}
    is_elementwise = False  # whether `update` treats every number by itself, so that variables may be laid end to end
    weight_decay = Hyperparameter()
    clipnorm = Hyperparameter()
    clipvalue = Hyperparameter()
    global_clipnorm = Hyperparameter()
    shared: dict[str, float] = {}  # what is remembered once for all variables, and where it starts
    loss_scale_factor: float | None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        arguments.show_inherited(cls)

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
        learning_rate, decay = arguments.from_old(learning_rate, kwargs, type(self).__name__)
        name = name or naming.auto_name(type(self))
        self._variables: list[Variable] = []
        self._slots: dict[str, dict[Variable, Variable]] = {}
        self._shared: dict[str, Variable] = {}
        self._trainable_variables: list[Variable] = []
        self._index: dict[Variable, int] = {}
        self._undecayed: set[Variable] = set()
        self._undecayed_names: re.Pattern[str] | None = None
        self._warned = False
        self.built = False
        self.name = name
        self._iterations = self.add_variable((), dtype="int32", name="iteration")
        self._learning_rate: Any = None
        given = locals()
        super().store({key: given[key] for key in arguments.COMMON})
        self.decay = decay
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
        return self.weight_decay if self._decays(variable) else None

    def before_updates(self, t: Array) -> None:
        """Called once before the variables are updated, with the number of the update; for shared state."""

    # state

    def build(self, variables: Iterable[Variable] = (), var_list: Iterable[Variable] | None = None) -> None:
        """Make the state for these variables; done at the first `apply` if not before.

        Called again with others (layers were unfrozen, say), it makes what is missing and keeps what there is.

        Args:
            variables: what will be trained.
            var_list: the same, under another name.
        """
        variables = list(variables if var_list is None else var_list)
        if self.is_built_for(variables):
            return
        self._trainable_variables = variables
        self._index = {variable: i for i, variable in enumerate(variables)}
        if not self.built:
            self._unbuilt = self.variables
        self._variables = [v for v in self._variables if any(v is one for one in self._unbuilt)]
        if self.use_ema:
            self._take_slots("average", variables)
        if self.gradient_accumulation_steps:
            self._take_slots("gradient_accumulator", variables)
        for group in self.slots:
            self._take_slots(group, variables)
        for name, start in self.shared.items():
            if name in self._shared:
                self._variables.append(self._shared[name])
            else:
                self._shared[name] = self.add_variable((), initializers.Constant(start), name=name)
        self.built = True

    def is_built_for(self, variables: Sequence[Variable]) -> bool:
        """Whether there is state for these variables, in this order, and for no others."""
        mine = self._trainable_variables
        return self.built and len(mine) == len(variables) and all(a is b for a, b in zip(mine, variables, strict=True))

    def _take_slots(self, names: str | Sequence[str], variables: Sequence[Variable]) -> None:
        """List the slots of these names in the state, those of one variable side by side; make what is missing."""
        names = (names,) if isinstance(names, str) else names
        for variable in variables:
            for name in names:
                slots = self._slots.setdefault(name, {})
                if variable in slots:
                    self._variables.append(slots[variable])
                elif (slot := self._make_slot(name, variable)) is not None:
                    slots[variable] = slot

    def _make_slot(self, name: str, variable: Variable) -> Variable | None:
        start: Any = 0.0
        if name == "average" and self.built:  # of a variable that comes later: it is as old as its first value
            start = present_value(variable)
        elif name not in ("average", "gradient_accumulator"):
            start = self.slot_start(name, variable)
        if start is None:
            return None
        shape, dtype = (start.shape, start.dtype.name) if hasattr(start, "shape") else (variable.shape, variable.dtype)
        full = f"{variable.path.replace('/', '_')}_{name}"
        return self.add_variable(
            shape, lambda shape, dtype: np.full(shape, start, dtypes.numpy_dtype(dtype)), dtype, name=full
        )

    def _slots_of(self, variable: Variable) -> list[Variable]:
        found = [self._slots[slot].get(variable) for group in self.slots for slot in group]
        return [slot for slot in found if slot is not None]

    def add_variable(
        self,
        shape: Sequence[int],
        initializer: Any = "zeros",
        dtype: Any = None,
        aggregation: str | None = "none",
        layout: Any = None,
        name: str | None = None,
    ) -> Variable:
        """A new variable of the optimizer's state."""
        with naming.scope(self.name):
            variable = Variable(
                initializers.get(initializer), tuple(shape), dtypes.standardize(dtype), False, name=name or "variable"
            )
        self._variables.append(variable)
        return variable

    def add_variable_from_reference(
        self,
        reference_variable: Variable,
        name: str | None = None,
        initializer: Any = "zeros",
    ) -> Variable:
        """A new variable of the state with the shape and dtype of another one."""
        return self.add_variable(
            reference_variable.shape,
            initializer,
            reference_variable.dtype,
            name=f"{reference_variable.path.replace('/', '_')}_{name or 'slot'}",
        )

    def add_optimizer_variables(
        self, trainable_variables: Sequence[Variable], name: Any, initializer: Any = "zeros"
    ) -> Any:
        """New variables of the state, one for each of `trainable_variables`; a list for each of several names."""
        if isinstance(name, str):
            return [self.add_variable_from_reference(v, name, initializer) for v in trainable_variables]
        starts = initializer if isinstance(initializer, list | tuple) else [initializer] * len(name)
        made = [
            [self.add_variable_from_reference(v, n, start) for n, start in zip(name, starts, strict=True)]
            for v in trainable_variables
        ]
        return tuple(list(column) for column in zip(*made, strict=True))

    @property
    def variables(self) -> list[Variable]:
        """The step count, the learning rate unless it is a schedule, averages, accumulators and slots."""
        return list(self._variables)

    @property
    def weights(self) -> list[Variable]:
        return self.variables

    def get_weights(self) -> list[np.ndarray]:
        """The values of all variables of the state."""
        return [variable.numpy() for variable in self.variables]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Assign all variables of the state.

        Raises:
            ValueError: when there are more or fewer values than variables, or a shape differs.
        """
        variables = self.variables
        if len(weights) != len(variables):
            hint = "" if self.built else " It is not built yet: call `build(variables)` first."
            raise ValueError(
                f"Optimizer `{self.name}` has {len(variables)} variables. Received: {len(weights)} values.{hint}"
            )
        for variable, value in zip(variables, weights, strict=True):
            variable.assign(value)

    def save_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """Put the values of the state into `store`, numbered from "0"."""
        for i, value in enumerate(self.get_weights()):
            store[str(i)] = value

    def load_own_variables(self, store: Any) -> None:
        """Take the values that `save_own_variables` stored.

        Raises:
            ValueError: when there are more or fewer values than variables, or a shape differs.
        """
        self.set_weights([store[str(i)] for i in range(len(store))])

    @property
    def iterations(self) -> Any:
        """How many updates there have been."""
        if self.gradient_accumulation_steps:
            return engine.floor_divide(self._iterations.value, self.gradient_accumulation_steps)
        return self._iterations

    @property
    def learning_rate(self) -> Any:
        """A variable; or, for a schedule or a function, its present value."""
        if isinstance(self._learning_rate, Variable):
            return self._learning_rate
        return self._current_learning_rate()

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        if isinstance(value, dict):
            value = serialization.deserialize(value, kind="keras.optimizers.schedules")
        rate = self._learning_rate
        if callable(value):
            self._variables = [v for v in self._variables if v is not rate]
            self._learning_rate = value
        elif rate is None:
            start = initializers.Constant(arguments.number(value))
            self._learning_rate = self.add_variable((), start, "float32", name="learning_rate")
        elif isinstance(rate, Variable):
            rate.assign(value)
        else:
            raise TypeError(
                f"The learning rate of optimizer `{self.name}` comes from {rate!r} and cannot be set to a number. "
                f"Received: learning_rate={value!r}. Make the optimizer with a number to change it later."
            )

    @property
    def lr(self) -> Any:
        """The same as `learning_rate`."""
        return self.learning_rate

    @lr.setter
    def lr(self, value: Any) -> None:
        self.learning_rate = value

    def _current_learning_rate(self) -> Array:
        rate = self._learning_rate
        if isinstance(rate, LearningRateSchedule):
            return as_array(rate(self._iterations.value))
        if not isinstance(rate, Variable):
            return as_array(rate())
        if self.decay:
            return rate.value / (1 + self.decay * engine.cast(as_array(self.iterations), "float32"))
        return rate.value

    # updates

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Variable]], **kwargs: Any) -> Any:
        """Update variables, given as pairs of gradient and variable; returns the step count."""
        grads, variables = zip(*grads_and_vars, strict=True)
        self.apply(grads, variables)
        return self._iterations

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Variable] | None = None) -> None:
        """Update variables by their gradients.

        Args:
            grads: one array for each variable, or `None` for a variable that the loss does not depend on.
            trainable_variables: those of `build` by default.

        Raises:
            ValueError: when there are more or fewer gradients than variables, no gradient at all, or a variable that
                the optimizer was not built for.
        """
        grads, variables = self._pair(list(grads), trainable_variables)
        grads = [engine.cast(as_array(g), v.dtype) for g, v in zip(grads, variables, strict=True)]
        if self.loss_scale_factor:
            grads = [g / self.loss_scale_factor for g in grads]
        if self.gradient_accumulation_steps:
            self._accumulate(grads, variables)
        else:
            self._update_all(grads, variables)
        if self.use_ema:
            self._average()
        for variable in variables:
            if variable.constraint is not None:
                variable.assign(variable.constraint(variable.value))
        self._iterations.assign_add(1)

    def _pair(self, grads: list[Any], variables: Sequence[Variable] | None) -> tuple[list[Any], list[Variable]]:
        """The gradients there are, and their variables."""
        if variables is None:
            if not self.built:
                raise ValueError(f"Optimizer `{self.name}` must be built, or `apply` be given `trainable_variables`.")
            variables = self._trainable_variables
        variables = list(variables)
        if len(grads) != len(variables):
            raise ValueError(
                f"Optimizer `{self.name}` needs one gradient for each of {len(variables)} variables. "
                f"Received: {len(grads)} gradients."
            )
        if not self.built:
            self.build(variables)
        unknown = [v.path for v in variables if v not in self._index]
        if unknown:
            raise ValueError(
                f"Optimizer `{self.name}` was built for other variables. Received: {', '.join(unknown)}. "
                "Call `optimizer.build(variables)` with all variables before the first update."
            )
        missing = [v.path for g, v in zip(grads, variables, strict=True) if g is None]
        if variables and len(missing) == len(variables):
            raise ValueError(
                f"The loss must depend on at least one variable. Received: no gradient for any of {', '.join(missing)}."
            )
        if missing and not self._warned:
            self._warned = True
            warnings.warn(f"The loss does not depend on {', '.join(missing)}: they will not be trained.", stacklevel=3)
        kept = [(g, v) for g, v in zip(grads, variables, strict=True) if g is not None]
        return [g for g, _ in kept], [v for _, v in kept]

    def _update_all(self, grads: list[Array], variables: list[Variable]) -> None:
        grads = self._clip(grads)
        lr = self._current_learning_rate()
        if type(self).update_step is not Optimizer.update_step:
            for variable in variables:
                decay = self.decay_of(variable)
                if decay is not None:
                    w = variable.value
                    variable.assign(w - w * decay * engine.cast(lr, variable.dtype))
            self.before_updates(self._step())
            for g, variable in zip(grads, variables, strict=True):
                self.update_step(g, variable, lr)
            return
        self.before_updates(self._step())
        groups: dict[Any, tuple[Any, list[tuple[Array, list[Variable]]]]] = {}
        for g, variable in zip(grads, variables, strict=True):
            held = [variable, *self._slots_of(variable)]
            decay = self.decay_of(variable)
            kind = (variable.dtype, None if decay is None else id(decay), len(held))
            groups.setdefault(kind, (decay, []))[1].append((g, held))
        for (dtype, *_), (decay, rows) in groups.items():
            self._update_group(self._rule(lr, dtype, decay), [g for g, _ in rows], [held for _, held in rows])

    def _rule(self, lr: Array, dtype: str, decay: float | None = None) -> Callable[..., tuple[Array, ...]]:
        """The whole update of variables of one dtype, as a function of the gradient, the value and the slots."""
        lr, t = engine.cast(as_array(lr), dtype), engine.cast(self._step(), dtype)
        size = self.step_size(lr, t)

        def rule(g: Array, w: Array, *slots: Array) -> tuple[Array, ...]:
            if decay is not None:
                w = w - w * decay * lr
            return self.update(g, w, size, t, *slots)

        return rule

    def _update_group(self, rule: Any, grads: list[Array], held: list[list[Variable]]) -> None:
        """Update variables that have the same dtype, decay and slots.

        Hundreds of small arrays cost more than one of their size where operations are dispatched one by one: an engine
        that does so lays them end to end.
        """
        together = fused("map_elementwise") if self.is_elementwise and len(held) > 1 else None
        rows = [[g, *[variable.value for variable in row]] for g, row in zip(grads, held, strict=True)]
        if together is None:
            for row, arrays in zip(held, rows, strict=True):
                for variable, value in zip(row, rule(*arrays), strict=True):
                    variable.assign(value)
            return
        dtype = held[0][0].dtype
        new = together(lambda *arrays: [engine.cast(value, dtype) for value in rule(*arrays)], rows)
        for row, values in zip(held, new, strict=True):
            for variable, value in zip(row, values, strict=True):
                variable._set(value)

    def _step(self) -> Array:
        """The number of this update, from 1, as a float."""
        return engine.cast(as_array(self.iterations) + 1, "float32")

    def update_step(self, gradient: Array, variable: Variable, learning_rate: Array) -> None:
        """Update one variable and its slots; a user's optimizer may override this instead of `update`."""
        rule = self._rule(learning_rate, variable.dtype)
        self._update_group(rule, [gradient], [[variable, *self._slots_of(variable)]])

    update_step = accept_old(update_step, grad="gradient")  # the name in real Keras's `Adadelta`

    def _get_variable_index(self, variable: Variable) -> int:
        return self._index[variable]

    def _clip(self, grads: list[Array]) -> list[Array]:
        if is_on(self, "clipnorm"):
            return [clip_by_norm(g, self.clipnorm) for g in grads]
        if is_on(self, "global_clipnorm"):
            return clip_by_global_norm(grads, self.global_clipnorm)
        if is_on(self, "clipvalue"):
            return [clip_by_value(g, self.clipvalue) for g in grads]
        return grads

    def _accumulate(self, grads: list[Array], variables: list[Variable]) -> None:
        """Add the gradients up; every n-th time update by their mean and start anew."""
        n = self.gradient_accumulation_steps
        accumulated = self._slots["gradient_accumulator"]
        sums = [accumulated[v] for v in variables]
        for total, g in zip(sums, grads, strict=True):
            total.assign_add(g)

        def update() -> None:
            self._update_all([total.value / n for total in sums], variables)
            for v in self._trainable_variables:
                total = accumulated[v]
                total.assign(np.zeros(total.shape, dtypes.numpy_dtype(total.dtype)))

        self._when((self._iterations.value + 1) % n == 0, update, [*variables, *self._variables])

    def _average(self) -> None:
        """Move the averages towards the weights, and put them in the weights' place when it is time."""
        averages = [(variable, self._slots["average"][variable]) for variable in self._trainable_variables]
        first = as_array(self.iterations) == 0
        for variable, average in averages:
            m = engine.where(first, 0.0, engine.asarray(self.ema_momentum, variable.dtype))
            average.assign(m * average.value + (1 - m) * variable.value)
        if self.ema_overwrite_frequency:
            due = (as_array(self.iterations) + 1) % self.ema_overwrite_frequency == 0
            for variable, average in averages:
                variable.assign(engine.where(due, average.value, variable.value))

    def _when(self, predicate: Array, fn: Callable[[], None], variables: list[Variable]) -> None:
        """Run `fn`, which assigns some of `variables`, where `predicate` holds."""
        pure = lift(fn, variables)
        values = [variable.value for variable in variables]
        new = engine.cond(predicate, lambda now: pure(now)[1], lambda now: list(now), values)
        for variable, value in zip(variables, new, strict=True):
            variable.assign(value)

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        """Put the averages in the weights' place, at the end of training with `use_ema`."""
        if self.use_ema and self.built:
            for variable in var_list:
                variable.assign(self._slots["average"][variable].numpy())  # a copy: each owns its memory

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
        self._undecayed = set(var_list or ())
        self._undecayed_names = re.compile("|".join(var_names)) if var_names else None

    def _decays(self, variable: Variable) -> bool:
        names = self._undecayed_names
        return variable not in self._undecayed and (names is None or names.search(variable.name) is None)

    def scale_loss(self, loss: Any) -> Any:
        """The loss to differentiate: multiplied by `loss_scale_factor`."""
        return loss if self.loss_scale_factor is None else loss * self.loss_scale_factor

    def stateless_apply(
        self, optimizer_variables: Sequence[Any], grads: Sequence[Any], trainable_variables: Sequence[Any]
    ) -> tuple[list[Any], list[Any]]:
        """The new values of the trained variables and of the state, as a pure function of the old ones."""
        if not self.built:
            raise ValueError(f"Optimizer `{self.name}` must be built before `stateless_apply`.")
        variables = self._trainable_variables
        pure = lift(lambda: self.apply(grads, variables), [*variables, *self.variables])
        _, new = pure([*trainable_variables, *optimizer_variables])
        return new[: len(variables)], new[len(variables) :]

    def assign(self, variable: Variable, value: Any) -> None:
        variable.assign(value)

    def assign_add(self, variable: Variable, value: Any) -> None:
        variable.assign_add(value)

    def assign_sub(self, variable: Variable, value: Any) -> None:
        variable.assign_sub(value)

    # Keras 2

    def get_gradients(self, loss: Any, params: Any) -> NoReturn:
        """Keras 2 built graphs; here gradients are computed from a function.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(
            "There is no graph to take gradients from: call `loss, grads = model.value_and_grad(fn)` with a function "
            "that computes the loss, then `optimizer.apply(grads, model.trainable_variables)`."
        )

    def get_updates(self, loss: Any, params: Any) -> NoReturn:
        """Keras 2 built graphs; here `apply` updates variables at once.

        Raises:
            NotImplementedError: always.
        """
        self.get_gradients(loss, params)

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
        config = {"name": self.name, "learning_rate": arguments.shortest(rate) if isinstance(rate, Variable) else rate}
        config |= {name: getattr(self, name) for name in arguments.COMMON if name not in config}
        config |= {k: v for k, v in super().config_arguments().items() if k not in config and k not in arguments.OLD}
        config.pop("decay", None)
        return config | ({"decay": self.decay} if self.decay else {})


def present_value(variable: Variable) -> np.ndarray:
    """The array that a variable holds, also while a step is traced."""
    value = variable._value
    return value if isinstance(value, np.ndarray) else engine.to_numpy(value)
