"""`LossScaleOptimizer`: a loss scale that follows the gradients, for float16."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hornbeam import engine, initializers
from hornbeam.core import serialization
from hornbeam.core.configurable import argument_names
from hornbeam.core.suggest import no_argument
from hornbeam.core.variable import Variable
from hornbeam.ops.dispatch import Array, as_array
from hornbeam.optimizers.base import arguments
from hornbeam.optimizers.base.accumulation import run_where
from hornbeam.optimizers.base.gradients import paired
from hornbeam.optimizers.base.optimizer import Optimizer


class LossScaleOptimizer(Optimizer):
    """s is the loss scale: gradients of s · loss are divided by s and given to another optimizer.

    Where a gradient is not finite, nothing moves and s is halved; after some finite steps in a row it is doubled. So s
    stays nearly as large as float16 permits, and small gradients do not vanish. `compile` wraps the optimizer of a
    model with the policy "mixed_float16" in one.

    Args:
        inner_optimizer: the optimizer that moves the variables.
        initial_scale: the first s.
        dynamic_growth_steps: after how many finite steps s is doubled.
        name: made from the class name by default.
        kwargs: none; options belong to `inner_optimizer`. For a fixed scale, set its `loss_scale_factor`.

    Raises:
        ValueError: for options that belong to `inner_optimizer`.

    Source: Micikevicius et al., Mixed Precision Training, arXiv:1710.03740.

    >>> import hornbeam
    >>> optimizer = hornbeam.optimizers.LossScaleOptimizer(hornbeam.optimizers.SGD(0.5), initial_scale=4.0)
    >>> w = hornbeam.Variable(1.0)
    >>> optimizer.build([w])
    >>> float(optimizer.scale_loss(1.0))
    4.0
    >>> optimizer.apply([4.0], [w])
    >>> float(w)
    0.5
    """

    #: Whether code divides gradients by the scale itself, as it did for tf.keras.
    takes_unscaled = False

    def __init__(
        self,
        inner_optimizer: Optimizer,
        initial_scale: float = 2.0**15,
        dynamic_growth_steps: int = 2000,
        name: str | None = None,
        **kwargs: Any,
    ):
        if not isinstance(inner_optimizer, Optimizer) or isinstance(inner_optimizer, LossScaleOptimizer):
            raise ValueError(
                f"`inner_optimizer` must be an optimizer that scales no loss itself. Received: {inner_optimizer!r}."
            )
        for option, value in kwargs.items():
            if option not in arguments.COMMON:
                raise no_argument("LossScaleOptimizer", [option], argument_names(type(self)))
            if value not in (None, False) and (option, value) != ("ema_momentum", 0.99):
                raise ValueError(f"`{option}` must be set on `inner_optimizer`. Received: {option}={value!r}.")
        super().__init__(0.0, name=name)
        self.inner_optimizer = inner_optimizer
        self.initial_scale = initial_scale
        self.dynamic_growth_steps = dynamic_growth_steps
        inner_optimizer.loss_scale_factor = None  # or gradients would be divided twice

    def build(self, variables: Iterable[Variable]) -> None:
        variables = list(variables)
        if self.is_built_for(variables):
            return
        is_first = not self.built
        super().build(variables)
        if is_first:
            self.step_counter = self.add_variable((), dtype="int32", name="step_counter")
            start = initializers.Constant(self.initial_scale)
            self.dynamic_scale = self.add_variable((), start, "float32", name="dynamic_scale")
        else:
            self._state.variables += [self.step_counter, self.dynamic_scale]
        self.inner_optimizer.build(variables)

    @property
    def variables(self) -> list[Variable]:
        """Its own step count and learning rate, which mean nothing, the counter, the scale, and the inner state."""
        inner = self.__dict__.get("inner_optimizer")
        return [*self._state.variables, *(inner.variables if inner is not None else [])]

    @property
    def learning_rate(self) -> Any:
        """That of the inner optimizer."""
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        if "inner_optimizer" in self.__dict__:
            self.inner_optimizer.learning_rate = value
        else:
            Optimizer.learning_rate.fset(self, value)  # type: ignore[attr-defined]

    @property
    def iterations(self) -> Any:
        """How many updates the inner optimizer has made."""
        return self.inner_optimizer.iterations

    @iterations.setter
    def iterations(self, variable: Variable) -> None:
        self.inner_optimizer.iterations = variable

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Variable] | None = None) -> None:
        """Update variables by gradients of the scaled loss, where these are finite."""
        grads, variables = paired(self, grads, trainable_variables)
        scale = self.dynamic_scale.value
        finite = self.check_finite(grads)

        def update() -> None:
            divisor = 1.0 if self.takes_unscaled else scale
            self.inner_optimizer.apply([g / engine.cast(divisor, engine.dtype_name(g)) for g in grads], variables)

        run_where(finite, update, [*self._state.trained, *self.inner_optimizer.variables])
        count = self.step_counter.value + 1
        grows = engine.logical_and(finite, count >= self.dynamic_growth_steps)
        self.step_counter.hold(engine.where(engine.logical_and(finite, engine.logical_not(grows)), count, 0))
        self.dynamic_scale.hold(scale * engine.where(finite, engine.where(grows, 2.0, 1.0), 0.5))

    def check_finite(self, grads: Sequence[Any]) -> Array:
        """Whether every number in the gradients is finite."""
        found = engine.asarray(True)
        for g in grads:
            if g is not None:
                found = engine.logical_and(found, engine.all(engine.isfinite(as_array(g))))
        return found

    def scale_loss(self, loss: Any) -> Any:
        """The loss to differentiate: multiplied by the present scale."""
        return loss * (self.dynamic_scale.value if self.built else self.initial_scale)

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        self.inner_optimizer.finalize_variable_values(var_list)

    def exclude_from_weight_decay(
        self, var_list: Sequence[Variable] | None = None, var_names: Sequence[str] | None = None
    ) -> None:
        self.inner_optimizer.exclude_from_weight_decay(var_list, var_names)

    def config_arguments(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "inner_optimizer": self.inner_optimizer,
            "initial_scale": self.initial_scale,
            "dynamic_growth_steps": self.dynamic_growth_steps,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        inner = serialization.deserialize(config["inner_optimizer"], custom_objects, kind="keras.optimizers")
        return cls(**(config | {"inner_optimizer": inner}))
