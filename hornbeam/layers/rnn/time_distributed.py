"""`TimeDistributed`: a layer applied to every time step."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.core import declarations, masking, tree
from hornbeam.core.declarations import fact
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.base.wrapper import Wrapper


class TimeDistributed(Wrapper):
    """y[:, t] = layer(x[:, t]), with the steps of all rows as one batch for the layer.

    A layer that mixes rows of its batch, such as BatchNormalization in training, therefore mixes time steps, too. A
    mask of shape (batch, time) is passed on; one with more axes goes to the layer, and a step stays where the layer
    leaves any. What the layer masks in its steps, as an Embedding of sentences does, is masked in the output.

    Args:
        layer: the layer to apply.

    Input: (batch, time, ...). Output: (batch, time, ...).

    >>> import hornbeam
    >>> hornbeam.layers.TimeDistributed(hornbeam.layers.Dense(3))(hornbeam.ops.ones((1, 5, 2))).shape == (1, 5, 3)
    True
    """

    supports_masking = True

    def __init__(self, layer: Layer, **kwargs: Any):
        super().__init__(layer, **kwargs)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if len(input_shape) < 3:
            raise ValueError(
                f"The input of layer `{self.name}` (TimeDistributed) must have at least 3 axes: batch, time, features. "
                f"Received: shape {tuple(input_shape)}."
            )
        super().build((input_shape[0], *input_shape[2:]))

    @fact
    def passes_values(self) -> bool:
        """Whether the layer does."""
        return declarations.of(self.layer, "passes_values")

    @fact
    def last_activation(self) -> Any:
        """That of the layer."""
        return declarations.of(self.layer, "last_activation")

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        batch, time = inputs.shape[:2]
        if mask is not None and tuple(mask.shape[:2]) != (batch, time):
            raise ValueError(
                f"The mask of layer `{self.name}` must begin with the batch and time of its input. "
                f"Received: mask of shape {tuple(mask.shape)}, input of shape {tuple(inputs.shape)}."
            )
        rows = _fold(inputs)
        if mask is not None and mask.ndim > 2:
            masking.set_mask(rows, _fold(mask))
        takes_training = type(self.layer).__hornbeam_call__.training
        outputs = self.layer(rows, **({"training": training} if takes_training else {}))
        return tree.map(lambda y: _unfold(y, inputs), outputs)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        of_rows = _fold(previous_mask) if previous_mask is not None and previous_mask.ndim > 2 else None
        made = self.layer.compute_mask(_fold(inputs), of_rows)
        return tree.map(lambda mask: _outer_mask(mask, inputs, previous_mask), made)


def _fold(x: Any) -> Any:
    """The batch and time axes as one."""
    return engine.reshape(x, (x.shape[0] * x.shape[1], *x.shape[2:]))


def _unfold(y: Any, inputs: Any) -> Any:
    """What was computed for the rows of `_fold(inputs)`, by batch and time; with its mask."""
    unfolded = engine.reshape(y, (*inputs.shape[:2], *y.shape[1:]))
    mask = masking.get_mask(y)
    if mask is not None:
        masking.set_mask(unfolded, engine.reshape(mask, (*inputs.shape[:2], *mask.shape[1:])))
    return unfolded


def _outer_mask(made: Any, inputs: Any, previous: Any) -> Any:
    """The mask by batch and time, from the one that the layer made for its rows and the one of the input."""
    if made is not None:
        mask = engine.reshape(made, (*inputs.shape[:2], *made.shape[1:]))
        if previous is None or previous.ndim > 2:
            return mask
        return engine.logical_and(mask, engine.reshape(previous, (*previous.shape, *(1,) * (mask.ndim - 2))))
    if previous is None or previous.ndim == 2:
        return previous
    return engine.any(previous, axis=tuple(range(2, previous.ndim)))
