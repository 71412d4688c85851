"""The table that `model.summary()` prints: a rich table on a terminal, plain text elsewhere."""

from __future__ import annotations

import itertools
import sys
import textwrap
from collections.abc import Callable
from typing import Any, NamedTuple

from hornbeam.core import tree
from hornbeam.core.symbolic import Operation


class Row(NamedTuple):
    """A layer: its depth of nesting, name, class, output shape and parameters, and where its inputs come from."""

    depth: int
    name: str
    kind: str
    shape: str
    parameters: str
    connected: str
    trainable: str


def print_summary(
    model: Any,
    line_length: int | None = None,
    positions: list[float] | None = None,
    print_fn: Callable[..., Any] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: list[str] | None = None,
) -> None:
    """Print the table of `model`; see `Model.summary`."""
    title = f'Model: "{model.name}"'
    table = rows(model, expand_nested, layer_range)
    columns = ["Layer (type)", "Output Shape", "Param #"]
    is_chain = _is_chain(model)
    cells = [[_indented(row), row.shape, row.parameters] for row in table]
    if not is_chain:
        columns.append("Connected to")
        cells = [[*cell, row.connected] for cell, row in zip(cells, table, strict=True)]
    if show_trainable:
        columns.append("Trainable")
        cells = [[*cell, row.trainable] for cell, row in zip(cells, table, strict=True)]
    if print_fn is None and line_length is None and sys.stdout.isatty():
        _print_rich(title, columns, cells, totals(model))
        return
    text = _plain(title, columns, cells, totals(model), line_length, positions)
    (print_fn or print)(text)


def rows(model: Any, expand_nested: bool = False, layer_range: list[str] | None = None, depth: int = 0) -> list[Row]:
    """One row per layer, in order."""
    found: list[Row] = []
    graph = model.__hornbeam__.graph
    operations = graph.operations if graph is not None else model.layers
    for layer in _in_range(operations, layer_range):
        is_function = isinstance(layer, Operation)
        count = "0" if is_function else f"{type(layer).count_params(layer):,}" if layer.built else "0 (unbuilt)"
        flag = "-" if is_function or not layer.weights else "Y" if layer.trainable else "N"
        kind = "Function" if is_function else type(layer).__name__
        found.append(Row(depth, layer.name, kind, _output_shape(layer, model), count, _connections(layer, model), flag))
        if expand_nested and not is_function and hasattr(layer.__hornbeam__, "graph"):
            found += rows(layer, True, None, depth + 1)
    return found


def totals(model: Any) -> list[tuple[str, int, int]]:
    """What, how many parameters, how many bytes."""
    trainable = model.trainable_weights
    moved = {id(v) for v in trainable}
    optimizer = getattr(model, "optimizer", None)
    moving = list(optimizer.variables) if optimizer is not None and getattr(optimizer, "built", False) else []
    groups = {
        "Total params": [*model.weights, *moving],
        "Trainable params": trainable,
        "Non-trainable params": [v for v in model.weights if id(v) not in moved],
    }
    if moving:
        groups["Optimizer params"] = moving
    return [(what, sum(v.size for v in group), sum(v.numpy().nbytes for v in group)) for what, group in groups.items()]


def _in_range(layers: list[Any], layer_range: list[str] | None) -> list[Any]:
    if layer_range is None:
        return layers
    places = [next((i for i, layer in enumerate(layers) if layer.name == name), None) for name in layer_range]
    if len(places) != 2 or None in places:
        raise ValueError(
            f"`layer_range` must be the names of the first and the last layer to show. "
            f"Received: layer_range={layer_range!r}."
        )
    first, last = sorted(place for place in places if place is not None)
    return layers[first : last + 1]


def _indented(row: Row) -> str:
    return "  " * row.depth + f"{row.name} ({row.kind})"


def _output_shape(layer: Any, model: Any) -> str:
    node = _node_in(layer, model)
    if node is not None:
        shapes = [str(tuple(leaf.shape)) for leaf in tree.leaves(node.outputs) if hasattr(leaf, "shape")]
    elif not (shapes := [str(shape) for shape in _shapes_in(_computed_shape(layer))]):
        return "?"
    return shapes[0] if len(shapes) == 1 else "[" + ", ".join(shapes) + "]"


def _computed_shape(layer: Any) -> Any:
    """The shape of the output for the input that a layer was built for; `None` where nothing says it."""
    shapes = layer.__hornbeam__.build_shapes
    if not layer.built or not shapes:
        return None
    try:
        return layer.compute_output_shape(*shapes.values())
    except Exception:  # of a user's layer: a summary is no place to fail
        return None


def _shapes_in(value: Any) -> list[tuple[Any, ...]]:
    """The shapes in a structure of shapes."""
    if isinstance(value, dict):
        return [shape for item in value.values() for shape in _shapes_in(item)]
    if not isinstance(value, list | tuple):
        return []
    if all(size is None or isinstance(size, int) for size in value):
        return [tuple(value)]
    return [shape for item in value for shape in _shapes_in(item)]


def _node_in(layer: Any, model: Any) -> Any:
    """The call of `layer` within the model's graph; else its first call."""
    graph = model.__hornbeam__.graph
    inside = [node for node in graph.nodes if node.operation is layer] if graph is not None else []
    return inside[0] if inside else layer.inbound_nodes[0] if layer.inbound_nodes else None


def _connections(layer: Any, model: Any) -> str:
    graph = model.__hornbeam__.graph
    nodes = [node for node in graph.nodes if node.operation is layer] if graph is not None else []
    names = [_source(graph, t) for node in nodes for t in node.inputs if t.node is not None]
    return ", ".join(names) or "-"


def _source(graph: Any, tensor: Any) -> str:
    """The layer that makes a tensor and which of its outputs it is; of a layer that is called again, which call."""
    calls = [node for node in graph.nodes if node.operation is tensor.node.operation]
    call = f"[{calls.index(tensor.node)}]" if len(calls) > 1 and tensor.node in calls else ""
    return f"{tensor.node.operation.name}{call}[{tensor.index}]"


def _is_chain(model: Any) -> bool:
    """Whether each layer takes what the one before it gives, so that connections need not be told."""
    graph = model.__hornbeam__.graph
    if graph is None:
        return True
    inner = [node for node in graph.nodes if node.inputs]
    return len({id(node.operation) for node in inner}) == len(inner) and all(
        len(node.inputs) == 1 and node.inputs[0].node is before
        for node, before in zip(inner, graph.nodes, strict=False)
    )


def _bytes(count: float) -> str:
    for unit in ("B", "KB", "MB"):
        if count < 1024:
            return f"{count:.2f} {unit}"
        count /= 1024
    return f"{count:.2f} GB"


def _foot(sums: list[tuple[str, int, int]]) -> list[str]:
    return [f"{what}: {count:,} ({_bytes(size)})" for what, count, size in sums]


def _print_rich(title: str, columns: list[str], cells: list[list[str]], sums: list[tuple[str, int, int]]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(title), title_justify="left", title_style="bold", show_lines=False)
    for i, column in enumerate(columns):
        table.add_column(
            column, justify="right" if column == "Param #" else "left", overflow="fold", min_width=7 if i else 12
        )
    for cell in cells:
        table.add_row(*(escape(part) for part in cell))
    console = Console(highlight=False)
    console.print(table)
    for line in _foot(sums):
        console.print(" " + line)


def _plain(
    title: str,
    columns: list[str],
    cells: list[list[str]],
    sums: list[tuple[str, int, int]],
    line_length: int | None,
    positions: list[float] | None,
) -> str:
    widths = [max(len(row[i]) for row in [columns, *cells]) for i in range(len(columns))]
    if positions:
        ends = [int((line_length or 80) * share) for share in positions]
        widths = [end - start - 2 for start, end in zip([0, *ends[:-1]], ends, strict=True)][: len(columns)]
    elif line_length is not None:
        widths = _fitted(widths, line_length)
    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    right = columns.index("Param #")
    body = [_wrapped(row, widths, right) for row in cells]
    return "\n".join([title, rule, _wrapped(columns, widths, right), rule, *body, rule, *_foot(sums)])


def _wrapped(row: list[str], widths: list[int], right: int) -> str:
    """A row of the table, on several lines where a cell is wider than its column."""
    cells = [textwrap.wrap(cell, max(width, 1)) or [""] for cell, width in zip(row, widths, strict=True)]
    lines = []
    for parts in itertools.zip_longest(*cells, fillvalue=""):
        padded = [p.rjust(w) if i == right else p.ljust(w) for i, (p, w) in enumerate(zip(parts, widths, strict=True))]
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)


def _fitted(widths: list[int], line_length: int) -> list[int]:
    """Column widths that fill `line_length`: the widest columns give way, the first one takes what is left over."""
    widths = list(widths)
    spare = line_length - sum(widths) - 2 * (len(widths) - 1)
    for _ in range(-spare):
        widest = widths.index(max(widths))
        widths[widest] -= 1
    widths[0] += max(spare, 0)
    return widths
