"""The graph of a model: a box for each layer, a line for each tensor that one layer takes from another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hornbeam.core import tree
from hornbeam.core.symbolic import Node, SymbolicTensor
from hornbeam.layers import InputLayer
from hornbeam.models.graph import Graph, placed
from hornbeam.models.sequential import Sequential
from hornbeam.utils.drawing.labels import Shown, label_of


def graph_of(model: Any, shown: Shown, look: dict[str, Any]) -> str:
    """The text of a whole graph, which looks as `look` says."""
    settings = [f"{name}={value};" for name, value in look.items()] + ["node [shape=plaintext fontname=Helvetica];"]
    return "\n".join(["digraph G {", *settings, *_content(model, shown), "}", ""])


def cluster_of(model: Any, shown: Shown) -> str:
    """The text of the part of a graph that shows a model in a frame."""
    return "\n".join(_Drawn(model, (model.name,), shown).framed())


def _content(model: Any, shown: Shown) -> Iterator[str]:
    drawn = _Drawn(model, (model.name,), shown)
    yield from drawn.boxes()
    yield from drawn.lines()


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

    def boxes(self) -> Iterator[str]:
        for layer in self._layers():
            if id(layer) in self.inner:
                yield from self.inner[id(layer)].framed()
            else:
                yield f"{self._key(layer)} [label={label_of(layer, self._call(layer), self.shown)}];"

    def framed(self) -> Iterator[str]:
        yield f"subgraph {_quoted('cluster_' + '/'.join(self.path))} {{"
        yield f"label={_quoted(self.model.name)}; style=dashed; labeljust=l; fontname=Helvetica;"
        yield from self.boxes()
        yield from self.lines()
        yield "}"

    def lines(self) -> Iterator[str]:
        found = [
            f"{start} -> {end};"
            for node in self.nodes
            for tensor, ends in self._taken(node)
            for start in self._starts(tensor)
            for end in ends
        ]
        yield from dict.fromkeys(found)

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
        return _quoted("/".join((*self.path, layer.name)))


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


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
