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
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from hornbeam import engine, initializers
from hornbeam.core import dtypes, naming, serialization, settings
from hornbeam.core.configurable import Configurable
from hornbeam.core.variable import Variable, lift
from hornbeam.ops.dispatch import Array, as_array
from hornbeam.optimizers.schedules import LearningRateSchedule

# What older versions wrote: a new name, or None for what has no meaning any more.
_OLD_ARGUMENTS = {
    "lr": "learning_rate",
    "schedule_decay": None,
    "initial_decay": None,
    "jit_compile": None,
    "is_legacy_optimizer": None,
}


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
        learning_rate, decay = _from_old_arguments(learning_rate, kwargs, type(self).__name__)
        name = name or naming.auto_name(type(self))
        self._variables: list[Variable] = []
        self._slots: dict[str, list[Variable]] = {}
        self._index: dict[Variable, int] = {}
        self._undecayed: set[Variable] = set()
        self._undecayed_names: re.Pattern[str] | None = None
        self._warned = False
        self.built = False
        self.name = name
        self._iterations = self.add_variable((), dtype="int32", name="iteration")
        self._learning_rate: Any = None
        arguments = locals()
        super().store({key: arguments[key] for key in _BASE_ARGUMENTS})
        self.decay = decay
        _check(self)

    def resolve(self, name: str, value: Any) -> Any:
        return settings.epsilon() if name == "epsilon" and value is None else value

    def store(self, arguments: dict[str, Any]) -> None:
        """Keep what the base class does not keep already."""
        super().store({name: value for name, value in arguments.items() if name not in _BASE_ARGUMENTS})

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
            lr: the learning rate.
            t: the number of this update, from 1.
            slots: what was remembered, in the order of the class's `slots`.
        """
        raise NotImplementedError(f"`{type(self).__name__}` must define `update` or `update_step`.")

    def slot_shape(self, slot: str, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The shape of a slot for a variable of `shape`; the same unless overridden."""
        return shape

    def slot_start(self, slot: str) -> float:
        """What a slot holds before the first update; 0 unless overridden."""
        return 0.0

    def before_updates(self, t: Array) -> None:
        """Called once before the variables are updated, with the number of the update; for shared state."""

    # state

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the state for these variables; done at the first `apply` if not before."""
        if self.built:
            return
        variables = list(variables)
        self._trainable_variables = variables
        self._index = {variable: i for i, variable in enumerate(variables)}
        if self.use_ema:
            self._averages = [self.add_variable_from_reference(v, "average") for v in variables]
        if self.gradient_accumulation_steps:
            self._accumulated = [self.add_variable_from_reference(v, "gradient_accumulator") for v in variables]
        for group in self.slots:
            for variable in variables:
                for slot in group:
                    self._slots.setdefault(slot, []).append(self._make_slot(slot, variable))
        self.built = True

    def _make_slot(self, slot: str, variable: Variable) -> Variable:
        return self.add_variable_from_reference(
            variable, slot, initializers.Constant(self.slot_start(slot)), self.slot_shape(slot, variable.shape)
        )

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
        shape: Sequence[int] | None = None,
    ) -> Variable:
        """A new variable of the state with the shape and dtype of another one."""
        return self.add_variable(
            reference_variable.shape if shape is None else shape,
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
        return [variable.numpy() for variable in self._variables]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Assign all variables of the state.

        Raises:
            ValueError: when there are more or fewer values than variables, or a shape differs.
        """
        if len(weights) != len(self._variables):
            hint = "" if self.built else " It is not built yet: call `build(variables)` first."
            raise ValueError(
                f"Optimizer `{self.name}` has {len(self._variables)} variables. Received: {len(weights)} values.{hint}"
            )
        for variable, value in zip(self._variables, weights, strict=True):
            variable.assign(value)

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
            start = initializers.Constant(_number(value))
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

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Variable]], **kwargs: Any) -> None:
        """Update variables, given as pairs of gradient and variable."""
        grads, variables = zip(*grads_and_vars, strict=True)
        self.apply(grads, variables)

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
        if self.weight_decay is not None:
            for variable in variables:
                if self._decays(variable):
                    w = variable.value
                    variable.assign(w - w * self.weight_decay * engine.cast(lr, variable.dtype))
        self.before_updates(self._step())
        for g, variable in zip(grads, variables, strict=True):
            self.update_step(g, variable, lr)

    def _step(self) -> Array:
        """The number of this update, from 1, as a float."""
        return engine.cast(as_array(self.iterations) + 1, "float32")

    def update_step(self, gradient: Array, variable: Variable, learning_rate: Array) -> None:
        """Update one variable and its slots; a user's optimizer may override this instead of `update`."""
        i = self._get_variable_index(variable)
        slots = [self._slots[slot][i] for group in self.slots for slot in group]
        lr, t = engine.cast(as_array(learning_rate), variable.dtype), engine.cast(self._step(), variable.dtype)
        new = self.update(gradient, variable.value, lr, t, *(slot.value for slot in slots))
        for target, value in zip([variable, *slots], new, strict=True):
            target.assign(value)

    def _get_variable_index(self, variable: Variable) -> int:
        return self._index[variable]

    def _clip(self, grads: list[Array]) -> list[Array]:
        if self.clipnorm:
            return [clip_by_norm(g, self.clipnorm) for g in grads]
        if self.global_clipnorm:
            return clip_by_global_norm(grads, self.global_clipnorm)
        if self.clipvalue:
            return [engine.minimum(engine.maximum(g, -self.clipvalue), self.clipvalue) for g in grads]
        return grads

    def _accumulate(self, grads: list[Array], variables: list[Variable]) -> None:
        """Add the gradients up; every n-th time update by their mean and start anew."""
        n = self.gradient_accumulation_steps
        sums = [self._accumulated[self._get_variable_index(v)] for v in variables]
        for total, g in zip(sums, grads, strict=True):
            total.assign_add(g)

        def update() -> None:
            self._update_all([total.value / n for total in sums], variables)
            for total in self._accumulated:
                total.assign(np.zeros(total.shape, dtypes.numpy_dtype(total.dtype)))

        self._when((self._iterations.value + 1) % n == 0, update, [*variables, *self._variables])

    def _average(self) -> None:
        """Move the averages towards the weights, and put them in the weights' place when it is time."""
        first = as_array(self.iterations) == 0
        for variable, average in zip(self._trainable_variables, self._averages, strict=True):
            m = engine.where(first, 0.0, engine.asarray(self.ema_momentum, variable.dtype))
            average.assign(m * average.value + (1 - m) * variable.value)
        if self.ema_overwrite_frequency:
            due = (as_array(self.iterations) + 1) % self.ema_overwrite_frequency == 0
            for variable, average in zip(self._trainable_variables, self._averages, strict=True):
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
                variable.assign(self._averages[self._get_variable_index(variable)].value)

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
        pure = lift(lambda: self.apply(grads, variables), [*variables, *self._variables])
        _, new = pure([*trainable_variables, *optimizer_variables])
        return new[: len(variables)], new[len(variables) :]

    def assign(self, variable: Variable, value: Any) -> None:
        variable.assign(value)

    def assign_add(self, variable: Variable, value: Any) -> None:
        variable.assign_add(value)

    def assign_sub(self, variable: Variable, value: Any) -> None:
        variable.assign_sub(value)

    # config

    def __repr__(self) -> str:
        usual = {
            p.name: p.default for cls in (Optimizer, type(self)) for p in inspect.signature(cls).parameters.values()
        }
        shown = {k: v for k, v in self.config_arguments().items() if k != "name" and v != usual.get(k)}
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in shown.items())})"

    def config_arguments(self) -> dict[str, Any]:
        rate = self._learning_rate
        config = {"name": self.name, "learning_rate": _shortest(rate) if isinstance(rate, Variable) else rate}
        config |= {name: getattr(self, name) for name in _BASE_ARGUMENTS if name not in config}
        config |= {k: v for k, v in super().config_arguments().items() if k not in config and k not in _OLD_ARGUMENTS}
        config.pop("decay", None)
        return config | ({"decay": self.decay} if self.decay else {})


_BASE_ARGUMENTS = (
    "learning_rate",
    "weight_decay",
    "clipnorm",
    "global_clipnorm",
    "clipvalue",
    "use_ema",
    "ema_momentum",
    "ema_overwrite_frequency",
    "loss_scale_factor",
    "gradient_accumulation_steps",
    "name",
)


def _from_old_arguments(learning_rate: Any, kwargs: dict[str, Any], where: str) -> tuple[Any, float]:
    """The learning rate and its decay, from what older versions called them."""
    decay = kwargs.pop("decay", None) or 0.0
    for old in list(kwargs):
        if old not in _OLD_ARGUMENTS:
            raise TypeError(f"`{where}` has no argument `{old}`.")
        value = kwargs.pop(old)
        if _OLD_ARGUMENTS[old] == "learning_rate":
            learning_rate = value
    return learning_rate, float(decay)


def _check(self: Optimizer) -> None:
    clips = {name: getattr(self, name) for name in ("clipnorm", "clipvalue", "global_clipnorm")}
    if sum(value is not None for value in clips.values()) > 1:
        received = ", ".join(f"{name}={value}" for name, value in clips.items())
        raise ValueError(f"Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set. Received: {received}.")
    if self.use_ema and not 0 <= self.ema_momentum <= 1:
        raise ValueError(f"`ema_momentum` must be in [0, 1]. Received: ema_momentum={self.ema_momentum}.")
    for name, least in (("ema_overwrite_frequency", 1), ("gradient_accumulation_steps", 2)):
        value = getattr(self, name)
        if value is not None and (not isinstance(value, int) or value < least):
            raise ValueError(f"`{name}` must be None or an integer of at least {least}. Received: {name}={value!r}.")


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(
            f"`learning_rate` must be a number, a schedule or a function. Received: learning_rate={value!r}."
        ) from None


def _shortest(rate: Variable) -> float:
    """The shortest decimal number with the 32 bits of the rate: 0.001 rather than 0.0010000000474974513."""
    return float(np.format_float_scientific(np.float32(rate.numpy())))


def clip_by_norm(g: Array, limit: float) -> Array:
    """`g`, made shorter if its norm is above `limit`."""
    return g * (limit / engine.maximum(engine.sqrt(engine.sum(g * g)), limit))


def global_norm(grads: Sequence[Array]) -> Array:
    """√Σ g² over all gradients."""
    squares = [engine.sum(engine.cast(g * g, "float32")) for g in grads]
    total = squares[0]
    for square in squares[1:]:
        total = total + square
    return engine.sqrt(total)


def clip_by_global_norm(grads: Sequence[Array], limit: float) -> list[Array]:
    """All gradients, made shorter by one factor if their norm together is above `limit`."""
    factor = limit / engine.maximum(global_norm(grads), limit)
    return [g * engine.cast(factor, engine.dtype_name(g)) for g in grads]
