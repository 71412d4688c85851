"""What is written into the box of a layer: rows of cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from hornbeam.core.symbolic import Node, Operation, SymbolicTensor


class Shown(NamedTuple):
    """What is shown of layers."""

    shapes: bool
    dtype: bool
    names: bool
    activations: bool
    trainable: bool
    nested: bool


class Cell(NamedTuple):
    """A part of a box: words before the one that is bold, that one, and words after it."""

    before: str = ""
    bold: str = ""
    after: str = ""
    color: str = "white"
    is_title: bool = False


def rows_of(layer: Any, node: Node | None, shown: Shown) -> list[list[Cell]]:
    """The cells for a layer, or function, that is called in `node`, from top to bottom."""
    rows = [[_title(layer, shown)]]
    if shown.activations and (activation := getattr(layer, "activation", None)) is not None:
        rows.append([Cell("Activation: ", _name(activation))])
    cells = _cells(layer, node, shown)
    return [*rows, cells] if cells else rows


def _title(layer: Any, shown: Shown) -> Cell:
    is_function = isinstance(layer, Operation)
    kind = layer.function.__name__ if is_function else type(layer).__name__
    if not shown.names:
        return Cell(bold=kind, color="black", is_title=True)
    return Cell(bold=layer.name, after=f" ({'function' if is_function else kind})", color="black", is_title=True)


def _cells(layer: Any, node: Node | None, shown: Shown) -> list[Cell]:
    cells = []
    if shown.shapes:
        if node is None or node.inputs:
            cells.append(Cell("Input shape: ", _each(_inputs(node), _shape)))
        cells.append(Cell("Output shape: ", _each(_outputs(node), _shape)))
    if shown.dtype:
        cells.append(Cell("Output dtype: ", _each(_outputs(node), lambda tensor: tensor.dtype)))
    if shown.trainable and getattr(layer, "weights", None):
        what, color = ("Trainable", "forestgreen") if layer.trainable else ("Non-trainable", "firebrick")
        cells.append(Cell(bold=what, color=color))
    return cells


def _inputs(node: Node | None) -> Any:
    if node is None:
        return None
    if len(node.args) == 1 and isinstance(node.args[0], dict):
        return node.args[0]
    return node.inputs[0] if len(node.inputs) == 1 else node.inputs


def _outputs(node: Node | None) -> Any:
    return None if node is None else node.outputs


def _each(value: Any, describe: Callable[[SymbolicTensor], str]) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_each(item, describe)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_each(item, describe) for item in value) + "]"
    return describe(value) if isinstance(value, SymbolicTensor) else "?"


def _shape(tensor: SymbolicTensor) -> str:
    return str(tuple(tensor.shape))


def _name(function: Any) -> str:
    return str(getattr(function, "name", None) or getattr(function, "__name__", None) or type(function).__name__)
