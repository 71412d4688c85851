"""The front of a functional model."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from hornbeam.core import tree
from hornbeam.core.symbolic import Node, SymbolicTensor
from hornbeam.layers import InputLayer
from hornbeam.layers.base.host import can_compute_on_host, computes_on_host
from hornbeam.models.front import Front, as_arrays, fit_on_host, front_of
from hornbeam.models.graph import Graph, Step, fit, placed


def front_of_graph(graph: Graph, name: str) -> GraphFront | None:
    """The front of a functional model, if any of its layers computes on the host."""
    has_one = any(computes_on_host(node.operation) or _has_front(node) for node in graph.nodes)
    return GraphFront(graph, name) if has_one else None


class GraphFront(Front):
    """The layers that compute on the host, reached from inputs through layers that do, or can.

    Args:
        graph: the calls between inputs and outputs.
        name: of the model, for messages.
    """

    def __init__(self, graph: Graph, name: str):
        self.graph, self.model_name = graph, name
        inputs = [node for node in graph.nodes if isinstance(node.operation, InputLayer)]
        host = _on_host(graph.nodes)
        rest = [node for node in graph.nodes if node not in inputs and node not in host]
        self._host = [Step.of(node) for node in host]
        self._rest = [Step.of(node) for node in rest]
        self._inner = _named([step for node, step in zip(rest, self._rest, strict=True) if _has_front(node)])
        self._read = {id(t) for node in (*host, *filter(_has_front, rest)) for t in node.inputs}
        available = {id(t) for node in (*inputs, *host) for t in tree.leaves(node.outputs)}
        read = [t for node in rest if not _has_front(node) for t in node.inputs] + graph.outputs
        self._made = _made_by({id(t): t for t in read if id(t) in available}.values(), self._inner)

    @property
    def names(self) -> frozenset[str]:
        return frozenset([*self._made, *self._inner])

    @property
    def is_all(self) -> bool:
        return not self._rest

    def through(self, x: Any, is_symbolic: bool) -> dict[str, Any]:
        known = self._known(x, is_symbolic)
        made = {name: known[id(tensor)] for name, tensor in self._made.items()}
        for name, step in self._inner.items():
            inner, given = front_of(step.operation), step.arguments(known)[0][0]
            made[name] = inner.specs(given) if is_symbolic else inner.apply(given)
        return made

    def whole(self, x: Any, is_symbolic: bool = False) -> Any:
        known = self._known(x, is_symbolic)
        return tree.map(lambda tensor: known[id(tensor)], self.graph.output_structure)

    def _known(self, x: Any, is_symbolic: bool) -> dict[int, Any]:
        """The values of all tensors on the host, by `id`."""
        x = x if is_symbolic else as_arrays(x, len(self.graph.inputs))
        known = {}
        values = placed(x, self.graph.input_structure, self.model_name)
        for tensor, value in zip(self.graph.inputs, values, strict=True):
            is_read = id(tensor) in self._read and not is_symbolic
            known[id(tensor)] = fit_on_host(value, tensor, self.model_name) if is_read else value
        for step in self._host:
            args, kwargs = step.arguments(known)
            call: Callable[..., Any] = step.operation.compute_output_spec if is_symbolic else step.operation
            _note(known, step, call(*args, **kwargs))
        return known

    def run_rest(self, made: dict[str, Any]) -> Any:
        known = {}
        inputs = set(map(id, self.graph.inputs))
        for name, tensor in self._made.items():
            is_input = id(tensor) in inputs
            known[id(tensor)] = fit(made[name], tensor, self.model_name) if is_input else made[name]
        inner = {id(step): name for name, step in self._inner.items()}
        for step in self._rest:
            if id(step) in inner:
                _note(known, step, step.operation(made[inner[id(step)]]))
            else:
                args, kwargs = step.arguments(known)
                _note(known, step, step.operation(*args, **kwargs))
        return tree.map(lambda tensor: known[id(tensor)], self.graph.output_structure)


def _on_host(nodes: list[Node]) -> list[Node]:
    """The calls of layers that compute on the host, and of those that such layers need the outputs of."""
    found: list[Node] = []
    needed: set[int] = set()
    for node in reversed(nodes):
        makes = {id(tensor) for tensor in tree.leaves(node.outputs)}
        if computes_on_host(node.operation) or (can_compute_on_host(node.operation) and makes & needed):
            found.append(node)
            needed |= {id(tensor) for tensor in node.inputs}
    return found[::-1]


def _has_front(node: Node) -> bool:
    """Whether it calls a model of which a part computes on the host, and a part on the device."""
    front = front_of(node.operation)
    return front is not None and not front.is_all


def _named(steps: list[Step]) -> dict[str, Step]:
    named: dict[str, Step] = {}
    for step in steps:
        named[_unused(step.operation.name, named)] = step
    return named


def _made_by(tensors: Any, taken: dict[str, Step]) -> dict[str, SymbolicTensor]:
    """Tensors by the names of the layers that make them."""
    named: dict[str, SymbolicTensor] = {}
    for tensor in tensors:
        named[_unused(tensor.node.operation.name, {*named, *taken})] = tensor
    return named


def _unused(name: str, taken: Collection[str]) -> str:
    number = sum(other.partition(":")[0] == name for other in taken)
    return f"{name}:{number}" if number else name


def _note(known: dict[int, Any], step: Step, results: Any) -> None:
    for key, value in zip(step.outputs, tree.leaves(results), strict=True):
        known[key] = value
