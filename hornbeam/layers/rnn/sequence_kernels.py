"""Recurrent cells applied to whole sequences by an engine's kernel, where it has one."""

from __future__ import annotations

from typing import Any

from hornbeam import activations
from hornbeam.layers.rnn.recurrent_cell import RecurrentCell
from hornbeam.ops import recurrent


def apply_kernel(
    cell: RecurrentCell, x: Any, states: list[Any], keep: Any, go_backwards: bool, mask: Any, zero_output: bool
) -> tuple[Any, Any, list[Any]] | None:
    """What `ops.rnn` gives for the steps of `cell`; `None` where the engine has no kernel for its settings."""
    name, activation = cell.kernel_name(), _activation(cell)
    if name is None or activation is None:
        return None
    weights = cell.kernel.value, cell.recurrent_kernel.value, None if cell.bias is None else cell.bias.value
    return recurrent.rnn_by_kernel(name, x, states, weights, activation, keep, go_backwards, mask, zero_output)


def _activation(cell: Any) -> str | None:
    """The name of the activation, if it and that of the gates are among those of the kernels."""
    if getattr(cell, "recurrent_activation", activations.sigmoid) is not activations.sigmoid:
        return None
    return next((name for name in ("tanh", "relu") if cell.activation is getattr(activations, name)), None)
