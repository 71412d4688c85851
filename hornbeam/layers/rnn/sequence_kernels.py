"""Recurrent cells applied to whole sequences by an engine's kernel, where it has one."""

from __future__ import annotations

from typing import Any

from hornbeam import activations, engine
from hornbeam.layers.rnn.recurrent_cell import RecurrentCell
from hornbeam.ops.dispatch import fused


def apply_kernel(
    cell: RecurrentCell, x: Any, states: list[Any], keep: Any, go_backwards: bool, mask: Any, zero_output: bool
) -> tuple[Any, Any, list[Any]] | None:
    """What `ops.rnn` gives for the steps of `cell`; `None` where the engine has no kernel for its settings."""
    kernel, activation = fused(name) if (name := cell.kernel_name()) else None, _activation(cell)
    if kernel is None or activation is None:
        return None
    if mask is not None:
        mask = engine.cast(mask if mask.ndim == 2 else mask[..., 0], "bool")
    if go_backwards:
        x, mask = engine.flip(x, 1), None if mask is None else engine.flip(mask, 1)
    bias = None if cell.bias is None else cell.bias.value
    weights = cell.kernel.value, cell.recurrent_kernel.value, bias
    result = kernel(x, *states, *weights, activation=activation, mask=mask, keep=keep)
    if result is None:
        return None
    outputs, *states = result
    last = states[0]
    if mask is not None:
        # Before the first real step there is no output yet, whatever h is.
        shown = mask if zero_output else engine.cumsum(mask, 1) > 0
        outputs, last = engine.where(shown[..., None], outputs, 0), engine.where(shown[:, -1:], last, 0)
    return last, outputs, states


def _activation(cell: Any) -> str | None:
    """The name of the activation, if it and that of the gates are among those of the kernels."""
    if getattr(cell, "recurrent_activation", activations.sigmoid) is not activations.sigmoid:
        return None
    return next((name for name in ("tanh", "relu") if cell.activation is getattr(activations, name)), None)
