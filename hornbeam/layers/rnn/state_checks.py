"""Whether states that a user passes are those of the cells, and masks those of the sequences."""

from __future__ import annotations

from typing import Any

from hornbeam.core import tree
from hornbeam.core.brief import shown_shape
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.rnn.cells import as_list, output_size
from hornbeam.layers.rnn.recurrent_cell import RecurrentCell
from hornbeam.layers.rnn.stacked_rnn_cells import StackedRNNCells


def check_states(layer: Layer, cell: Any, step: Any, states: Any) -> None:
    """Raise unless `states` have the shapes that a cell has for inputs of one time of the shape `step`.

    What a cell of the user's own needs is not known.
    """
    if isinstance(cell, StackedRNNCells):
        for inner, own in zip(cell.cells, states, strict=False):
            check_states(layer, inner, step, own)
            step = (step[0], output_size(inner))
    elif isinstance(cell, RecurrentCell):
        expected, found = cell.state_shape(step), [tuple(state.shape) for state in tree.leaves(as_list(states))]
        if len(found) != cell.states or any(shape != expected for shape in found):
            received = ", ".join(str(shown_shape(shape)) for shape in found) or "none"
            count = "a state" if cell.states == 1 else f"{cell.states} states, each"
            raise ValueError(
                f"`initial_state` of layer `{layer.name}` ({type(layer).__name__}) needs {count} of shape "
                f"{shown_shape(expected)} for its `{type(cell).__name__}`. Received: {received}."
            )


def check_mask(layer: Layer, mask: Any, sequences: Any) -> None:
    """Raise unless a mask says of each step of each sequence whether it counts; `None` masks nothing."""
    if mask is None:
        return
    found, steps = tuple(mask.shape), tuple(sequences.shape[:2])
    if len(found) < 2 or any(n not in (1, size) for n, size in zip(found, steps, strict=False)) or found[1] != steps[1]:
        raise ValueError(
            f"`mask` of layer `{layer.name}` ({type(layer).__name__}) must have the shape of its input's first axes, "
            f"{shown_shape(steps)}: batch and time. Received: shape {shown_shape(found)}."
        )
