"""Calls of a layer whose state is an argument and a result: what a training loop of the user's differentiates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core.lift import lift
from hornbeam.core.variable import Variable
from hornbeam.layers.base.building import is_own_build
from hornbeam.layers.base.losses import discarded_losses
from hornbeam.layers.base.policy import Typed
from hornbeam.layers.base.tracking import counted_by, sublayers


class Stateless(Typed):
    """A layer that can be called with values for its variables."""

    def stateless_call(
        self,
        trainable_variables: Sequence[Any],
        non_trainable_variables: Sequence[Any],
        *args: Any,
        return_losses: bool = False,
        **kwargs: Any,
    ) -> Any:
        """The call while the variables have these values; assigns nothing.

        Args:
            trainable_variables: a value for each of the layer's.
            non_trainable_variables: the same.
            args, kwargs: of the call.
            return_losses: whether the third result is what the layer adds to the loss.

        Returns:
            The outputs and the new values of the non-trainable variables.
        """
        layer: Any = self
        call = lambda: layer(*args, **kwargs)  # noqa: E731
        outputs, new, losses = call_without_state(self, trainable_variables, non_trainable_variables, call)
        return (outputs, new, losses) if return_losses else (outputs, new)


def call_without_state(
    layer: Any, trained: Sequence[Any], others: Sequence[Any], compute: Callable[[], Any]
) -> tuple[Any, list[Any], list[Any]]:
    """What `compute` gives while the variables of `layer` have these values, the new ones, and the losses added."""
    moved, state = layer.trainable_variables, layer.non_trainable_variables
    _check(layer, "trainable_variables", trained, moved)
    _check(layer, "non_trainable_variables", others, state)

    def outputs_and_losses() -> tuple[Any, list[Any]]:
        with discarded_losses():
            return compute(), layer.losses

    known = {id(variable) for variable in (*moved, *state)}
    counting = [variable for variable in counted_by(layer) if id(variable) not in known]
    values = [engine.asarray(value) for value in (*trained, *others, *(v.value for v in counting))]
    (outputs, losses), new = lift(outputs_and_losses, [*moved, *state, *counting])(values)
    return outputs, new[len(moved) : len(known)], losses


def _check(layer: Any, name: str, values: Sequence[Any], variables: list[Variable]) -> None:
    if not layer.built and _may_make_variables(layer):
        raise ValueError(f"Layer `{layer.name}` has no variables yet: call it on data, or `build(input_shape)`, first.")
    if len(values) != len(variables):
        raise ValueError(
            f"`{name}` must hold a value for each of the {len(variables)} `{name}` of layer `{layer.name}`. "
            f"Received: {len(values)} values."
        )


def _may_make_variables(layer: Any) -> bool:
    """Whether a first call would make some: in a `build` of its own, or in those of layers inside."""
    return is_own_build(type(layer).build) or bool(sublayers(layer))
