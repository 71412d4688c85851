"""`StackedRNNCells`: several recurrent cells, each fed by the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam.core import tree
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.rnn.cells import build_cell, call_cell, check_cell, has_one_state, initial_state, output_size


class StackedRNNCells(Layer):
    """Cells one upon another as a single cell.

    `states` holds for each cell its states, or its only state as it is; the new states come in the same form.

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
        """The initial states of the cells: a list for each, or the only state of one that does not make its own."""
        states = [initial_state(cell, batch_size) for cell in self.cells]
        return [own[0] if has_one_state(cell) else own for cell, own in zip(self.cells, states, strict=True)]

    def build(self, input_shape: Any) -> None:
        input_shape, *constants = input_shape if isinstance(input_shape, list) else [input_shape]
        for cell in self.cells:
            build_cell(cell, input_shape, constants or None)
            input_shape = (input_shape[0], output_size(cell))

    def call(
        self, inputs: Any, states: Any, training: bool = False, constants: list[Any] | None = None
    ) -> tuple[Any, list[Any]]:
        after = []
        for cell, own in zip(self.cells, states, strict=True):
            inputs, new = call_cell(cell, inputs, own, training, constants)
            after.append(new if tree.is_nested(own) else new[0])
        return inputs, after
