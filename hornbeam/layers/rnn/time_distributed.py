"""`TimeDistributed`: a layer applied to every time step."""

from __future__ import annotations

from typing import Any

from hornbeam import engine, ops
from hornbeam.core import declarations, masking, tree
from hornbeam.core.declarations import fact
from hornbeam.core.running import running
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.base.masks import mask_after
from hornbeam.layers.base.tracking import flatten
from hornbeam.layers.base.wrapper import Wrapper


class TimeDistributed(Wrapper):
    """y[:, t] = layer(x[:, t]).

    The steps of all rows are one batch for the layer. In training a layer that mixes rows then, BatchNormalization or
    one that holds it, is called step by step instead, and moves its averages as often. A mask of shape (batch, time) is
    passed on; one with more axes goes to the layer, and a step stays where the layer leaves any. What the layer masks
    in its steps, as an Embedding of sentences does, is masked in the output.

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
        inner_mask = mask if mask is not None and mask.ndim > 2 else None
        if training and running.probe is None and _mixes_rows(self.layer):
            masks = [None if inner_mask is None else inner_mask[:, t] for t in range(time)]
            steps = [self._of_rows(inputs[:, t], masks[t], training) for t in range(time)]
            return tree.map(lambda *y: _stack(y), *steps)
        rows_mask = None if inner_mask is None else _fold(inner_mask)
        return tree.map(lambda y: _unfold(y, inputs), self._of_rows(_fold(inputs), rows_mask, training))

    def _of_rows(self, rows: Any, mask: Any, training: bool | None) -> Any:
        if mask is not None:
            masking.set_mask(rows, mask)
        takes_training = type(self.layer).__hornbeam_call__.training
        return self.layer(rows, **({"training": training} if takes_training else {}))

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        of_rows = _fold(previous_mask) if previous_mask is not None and previous_mask.ndim > 2 else None
        made = mask_after(self.layer, _fold(inputs), of_rows)
        return tree.map(lambda mask: _outer_mask(mask, inputs, previous_mask), made)


def _mixes_rows(layer: Layer) -> bool:
    """Whether rows are apart but in training."""
    return any(declarations.of(part, "row_independent") == "inference" for part in flatten(layer))


def _stack(steps: tuple[Any, ...]) -> Any:
    """Outputs of every step, by batch and time; with their masks."""
    stacked = ops.stack(steps, 1)
    if masking.get_mask(steps[0]) is not None:
        masking.set_mask(stacked, ops.stack([masking.get_mask(y) for y in steps], 1))
    return stacked


def _fold(x: Any) -> Any:
    """The batch and time axes as one."""
    return ops.reshape(x, (-1, *x.shape[2:]))


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
        mask = ops.reshape(made, (-1, *inputs.shape[1:2], *made.shape[1:]))
        if previous is None or previous.ndim > 2:
            return mask
        return ops.logical_and(mask, ops.reshape(previous, (-1, *previous.shape[1:], *(1,) * (mask.ndim - 2))))
    if previous is None or previous.ndim == 2:
        return previous
    return ops.any(previous, axis=tuple(range(2, previous.ndim)))
