"""`StackedRNNCells`: several recurrent cells, each fed by the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.layers.base.layer import Layer


class StackedRNNCells(Layer):
    """Cells one upon another as a single cell.

    Args:
        cells: the cells, the one that sees the input first.

    >>> import hornbeam
    >>> cell = hornbeam.layers.StackedRNNCells([hornbeam.layers.LSTMCell(4), hornbeam.layers.GRUCell(3)])
    >>> cell.state_size
    [[4, 4], 3]
    """

    def __init__(self, cells: Sequence[Any], **kwargs: Any):
        super().__init__(**kwargs)
        self.store({"cells": list(cells)})
        for cell in self.cells:
            check_cell(cell)

    @property
    def state_size(self) -> list[Any]:
        return [cell.state_size for cell in self.cells]

    @property
    def output_size(self) -> int:
        return output_size(self.cells[-1])

    def get_initial_state(self, batch_size: int | None = None) -> list[Any]:
        """The initial states of the cells, a list for each."""
        return [initial_state(cell, batch_size) for cell in self.cells]

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        for cell in self.cells:
            if isinstance(cell, Layer) and not cell.built:
                cell.build(input_shape)
            input_shape = (input_shape[0], output_size(cell))

    def call(self, inputs: Any, states: Any, training: bool = False) -> tuple[Any, list[Any]]:
        after = []
        for cell, own in zip(self.cells, states, strict=True):
            inputs, own = call_cell(cell, inputs, own, training)
            after.append(own)
        return inputs, after


def check_cell(cell: Any) -> None:
    """What a recurrent cell must have."""
    if not callable(getattr(cell, "call", None)) or not hasattr(cell, "state_size"):
        raise ValueError(
            "A recurrent cell must have a method `call(inputs, states)` and an attribute `state_size`. "
            f"Received: cell={cell!r}."
        )


def call_cell(cell: Any, inputs: Any, states: Any, training: bool) -> tuple[Any, list[Any]]:
    """One step of any cell, with its new states as a list."""
    takes_training = isinstance(cell, Layer) and cell._signature.training
    run = cell if callable(cell) else cell.call
    output, after = run(inputs, as_list(states), **({"training": training} if takes_training else {}))
    return output, as_list(after)


def output_size(cell: Any) -> int:
    """The number of features of a cell's output."""
    size = getattr(cell, "output_size", None)
    return size if size is not None else as_list(cell.state_size)[0]


def initial_state(cell: Any, batch_size: int | None) -> list[Any]:
    """The states that a cell starts from: its own, or zeros."""
    if hasattr(cell, "get_initial_state"):
        return as_list(cell.get_initial_state(batch_size=batch_size))
    dtype = getattr(cell, "compute_dtype", "float32")
    return [engine.full((batch_size, size), 0, dtype) for size in as_list(cell.state_size)]


def as_list(states: Any) -> list[Any]:
    return list(states) if isinstance(states, list | tuple) else [states]
