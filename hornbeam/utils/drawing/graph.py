"""The graph of a model: a box for each layer, a line for each tensor that one layer takes from another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from hornbeam.core import tree
from hornbeam.core.symbolic import Node, SymbolicTensor
from hornbeam.layers import InputLayer
from hornbeam.models.graph import Graph, placed
from hornbeam.models.sequential import Sequential
from hornbeam.utils.drawing.labels import Cell, Shown, rows_of

Line = tuple[str, str]


class Box(NamedTuple):
    """A layer, or a function; `key` is the names that lead to it."""

    key: str
    rows: list[list[Cell]]


class Frame(NamedTuple):
    """A model by its layers; lines go from box to box, by their keys."""

    key: str
    label: str
    parts: list[Box | Frame]
    lines: list[Line]


def frame_of(model: Any, shown: Shown) -> Frame:
    """What is drawn of a model."""
    return _Drawn(model, (model.name,), shown).frame()


class _Drawn:
    """A model, or a model inside of it, that is shown by its layers.

    Args:
        path: the names that lead to it.

    Attributes:
        nodes: the calls that are shown.
        inner: the models inside of it that are shown by their layers, by `id`.
    """

    def __init__(self, model: Any, path: tuple[str, ...], shown: Shown):
        self.model, self.path, self.shown = model, path, shown
        self.graph = _graph(model)
        nodes = [] if self.graph is None else self.graph.nodes
        self.nodes = [node for node in nodes if not self._is_left_out(node.operation)]
        self.inner: dict[int, _Drawn] = {}
        for layer in self._layers():
            if shown.nested and layer is not model and _graph(layer) is not None:
                self.inner[id(layer)] = _Drawn(layer, (*path, layer.name), shown)

    def frame(self) -> Frame:
        lines = list(dict.fromkeys(self.lines()))
        return Frame("/".join(self.path), self.model.name, [self._part(layer) for layer in self._layers()], lines)

    def _part(self, layer: Any) -> Box | Frame:
        inner = self.inner.get(id(layer))
        if inner is not None:
            return inner.frame()
        return Box(self._key(layer), rows_of(layer, self._call(layer), self.shown))

    def lines(self) -> Iterator[Line]:
        for node in self.nodes:
            for tensor, ends in self._taken(node):
                yield from ((start, end) for start in self._starts(tensor) for end in ends)

    def _taken(self, node: Node) -> Iterator[tuple[SymbolicTensor, list[str]]]:
        """What a call takes, and the boxes that it goes to."""
        inner = self.inner.get(id(node.operation))
        if inner is None:
            yield from ((tensor, [self._key(node.operation)]) for tensor in node.inputs)
            return
        given = node.args[0] if node.args else next(iter(node.kwargs.values()))
        tensors = placed(given, inner.model.__hornbeam__.input_structure, inner.model.name)
        for tensor, start in zip(tensors, tree.leaves(inner.graph.input_structure), strict=True):
            yield tensor, inner._ends(start)

    def _ends(self, start: SymbolicTensor) -> list[str]:
        """The boxes where an input of the model goes to."""
        assert start.node is not None
        if start.node in self.nodes:
            return [self._key(start.node.operation)]
        taken = [pair for node in self.nodes for pair in self._taken(node)]
        return [end for tensor, ends in taken if tensor is start for end in ends]

    def _starts(self, tensor: SymbolicTensor) -> list[str]:
        """The box that a tensor comes from; none for an input that is not shown."""
        node = tensor.node
        if node is None or node not in self.nodes:
            return []
        inner = self.inner.get(id(node.operation))
        if inner is None:
            return [self._key(node.operation)]
        return inner._starts(tree.leaves(inner.graph.output_structure)[tensor.index])

    def _layers(self) -> list[Any]:
        if self.graph is None:
            return [self.model]
        return [layer for layer in self.graph.operations if not self._is_left_out(layer)]

    def _is_left_out(self, layer: Any) -> bool:
        return isinstance(self.model, Sequential) and isinstance(layer, InputLayer)

    def _call(self, layer: Any) -> Node | None:
        return next((node for node in self.nodes if node.operation is layer), None)

    def _key(self, layer: Any) -> str:
        return "/".join((*self.path, layer.name))


def _graph(model: Any) -> Any:
    """The calls inside a model; `None` for one that does not know them, and for other layers."""
    known = getattr(model, "__hornbeam__", None)
    if known is None or getattr(known, "input_structure", None) is None:
        if isinstance(model, Sequential) or not getattr(model, "built", True):
            raise ValueError(
                f"Model `{model.name}` must be built before it is drawn: give it an `Input`, or call it on data."
            )
        return None
    return known.graph or Graph(known.input_structure, known.output_structure, model.name)
