"""What the layers share that Keras 1 alone has: the names of their arguments."""

from __future__ import annotations

from typing import Any

from hornbeam import initializers
from hornbeam.core.variable import Variable
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer


class Keras1Dense(Layer):
    """A layer of vectors with weights W and b, whose arguments are named after these.

    Args:
        init: the initializer of W.
        weights: the first values of all weights.
        W_regularizer, b_regularizer, activity_regularizer: functions added to the loss.
        W_constraint, b_constraint: functions that map a weight to an allowed one after each update.
        bias: whether there is b.
        input_dim: the length of the vectors, where the layer is the first of a model.
    """

    init: Any

    def _start(self, input_dim: int | None) -> None:
        self.init = initializers.get(self.init)
        self.input_spec = InputSpec(ndim=2, axes={} if input_dim is None else {-1: input_dim})

    def _weight(self, name: str, shape: tuple[int, ...], initializer: Any) -> Variable:
        begin = name[0]
        is_main = len(name) == 1
        return self.add_weight(
            shape,
            initializer,
            regularizer=getattr(self, f"{begin}_regularizer") if is_main else None,
            constraint=getattr(self, f"{begin}_constraint") if is_main else None,
            name=name,
        )


def first_input(input_dim: int | None, weights: Any) -> dict[str, Any]:
    """What a layer is told of its first input and its first weights."""
    shape = {} if input_dim is None else {"input_shape": (input_dim,)}
    return shape if weights is None else {**shape, "weights": weights}
