"""What is written into the box of a layer: a small table in HTML, as Graphviz reads it."""

from __future__ import annotations

import html
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


def label_of(layer: Any, node: Node | None, shown: Shown) -> str:
    """The table for a layer, or function, that is called in `node`."""
    cells = _cells(layer, node, shown)
    width = f'colspan="{max(1, len(cells))}"'
    rows = [f'<td {width} bgcolor="black"><font color="white" point-size="16">{_title(layer, shown)}</font></td>']
    if shown.activations and (activation := getattr(layer, "activation", None)) is not None:
        rows.append(f"<td {width}>Activation: <b>{_escaped(_name(activation))}</b></td>")
    if cells:
        rows.append("".join(cells))
    table = '<table border="0" cellborder="1" cellspacing="0" cellpadding="10" bgcolor="white">'
    return f"<{table}{''.join(f'<tr>{row}</tr>' for row in rows)}</table>>"


def _title(layer: Any, shown: Shown) -> str:
    is_function = isinstance(layer, Operation)
    kind = layer.function.__name__ if is_function else type(layer).__name__
    if not shown.names:
        return f"<b>{_escaped(kind)}</b>"
    return f"<b>{_escaped(layer.name)}</b> ({_escaped('function' if is_function else kind)})"


def _cells(layer: Any, node: Node | None, shown: Shown) -> list[str]:
    cells = []
    if shown.shapes:
        if node is None or node.inputs:
            cells.append(_cell("Input shape", _each(_inputs(node), _shape)))
        cells.append(_cell("Output shape", _each(_outputs(node), _shape)))
    if shown.dtype:
        cells.append(_cell("Output dtype", _each(_outputs(node), lambda tensor: tensor.dtype)))
    if shown.trainable and getattr(layer, "weights", None):
        what, color = ("Trainable", "forestgreen") if layer.trainable else ("Non-trainable", "firebrick")
        cells.append(f'<td bgcolor="{color}"><font color="white"><b>{what}</b></font></td>')
    return cells


def _cell(what: str, value: str) -> str:
    return f"<td>{what}: <b>{_escaped(value)}</b></td>"


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


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)
