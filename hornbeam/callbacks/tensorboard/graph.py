"""The graph of a model, as TensorBoard draws it: a box for each call of a layer, with those of models inside.

GraphDef    1 node ...                               Node    1 name  2 kind  3 input ...  5 attribute ...
Attribute   1 name  2 value (1 list (7 shape ...))   Shape   2 size ... (1 number, -1 for any)
"""

from __future__ import annotations

from typing import Any

from hornbeam.callbacks.tensorboard.messages import bytes_field, integer_field
from hornbeam.core import tree
from hornbeam.core.symbolic import Node, SymbolicTensor


def graph_of(model: Any) -> bytes | None:
    """The message; `None` of a model whose calls are not known before it runs."""
    if model.__hornbeam__.input_structure is None:
        return None
    boxes: list[bytes] = []
    _draw(model, [], f"{model.name}/", boxes)
    return b"".join(bytes_field(1, box) for box in boxes)


def _draw(model: Any, sources: list[str], scope: str, boxes: list[bytes]) -> list[str]:
    """Add a box for each call in `model`, which is called on what the boxes `sources` give; those of its outputs."""
    known = model.__hornbeam__
    inputs = tree.leaves(known.input_structure)
    names = sources or [_box(boxes, f"{scope}{x.name}", "Input", [], [x]) for x in inputs]
    made = dict(zip(map(id, inputs), names, strict=True))
    taken: set[str] = set()
    for node in _calls(model):
        outputs = tree.leaves(node.outputs)
        if all(id(x) in made for x in outputs):
            continue
        before = [made[id(x)] for x in node.inputs if id(x) in made]
        name = f"{scope}{_unused(node.operation.name, taken)}"
        inner = getattr(node.operation.__hornbeam__, "input_structure", None) if _is_model(node.operation) else None
        if inner is not None and len(before) == len(tree.leaves(inner)):
            made |= dict(zip(map(id, outputs), _draw(node.operation, before, f"{name}/", boxes), strict=True))
        else:
            made |= dict.fromkeys(map(id, outputs), _box(boxes, name, type(node.operation).__name__, before, outputs))
    return [made[id(x)] for x in tree.leaves(known.output_structure)]


def _calls(model: Any) -> list[Node]:
    """The calls of a graph, or of a stack, in an order in which they can run."""
    known = model.__hornbeam__
    if known.graph is not None:
        return list(known.graph.nodes)
    found: list[Node] = []
    x = known.output_structure
    while isinstance(x, SymbolicTensor) and x.node is not None and x is not known.input_structure:
        found.append(x.node)
        x = x.node.inputs[0] if len(x.node.inputs) == 1 else None
    return found[::-1]


def _is_model(operation: Any) -> bool:
    return hasattr(operation, "run_eagerly")


def _unused(name: str, taken: set[str]) -> str:
    """A layer that is called several times has a box for each call."""
    free = next(n for n in (name, *(f"{name}_{i}" for i in range(1, len(taken) + 2))) if n not in taken)
    taken.add(free)
    return free


def _box(boxes: list[bytes], name: str, kind: str, sources: list[str], outputs: list[Any]) -> str:
    shapes = b"".join(bytes_field(7, _shape(x.shape)) for x in outputs)
    attribute = bytes_field(1, b"_output_shapes") + bytes_field(2, bytes_field(1, shapes))
    parts = [(1, name.encode()), (2, kind.encode()), *((3, source.encode()) for source in sources), (5, attribute)]
    boxes.append(b"".join(bytes_field(*part) for part in parts))
    return name


def _shape(shape: tuple[int | None, ...]) -> bytes:
    return b"".join(bytes_field(2, integer_field(1, -1 if size is None else size)) for size in shape)
