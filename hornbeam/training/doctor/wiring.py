"""`Wiring`: the calls between a model's inputs and outputs, and what stands before and behind each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hornbeam import activations
from hornbeam.core.declarations import of
from hornbeam.core.symbolic import Node, Operation, SymbolicTensor
from hornbeam.layers import Layer
from hornbeam.layers.base.tracking import flatten, own_variables


class Wiring:
    """What a functional or `Sequential` model calls; of other models, their layers alone are known.

    Attributes:
        layers: all layers with variables of their own, in order.
        nodes: the calls that lead to an output.
    """

    def __init__(self, model: Any):
        self.model = model
        self._own = {layer: own_variables(layer) for layer in flatten(model)}
        self.layers: list[Any] = [layer for layer, own in self._own.items() if own]
        self.nodes: list[Node] = []
        self.readers: dict[int, list[Node]] = {}
        for tensor in model.__hornbeam__.outputs or []:
            self._walk(tensor, set(map(id, model.__hornbeam__.inputs or [])))

    def _walk(self, tensor: SymbolicTensor, ends: set[int]) -> None:
        waiting = [tensor]
        while waiting:
            node = waiting.pop().node
            if node is None or any(node is known for known in self.nodes):
                continue
            self.nodes.append(node)
            for read in node.inputs:
                self.readers.setdefault(id(read), []).append(node)
                if id(read) not in ends:
                    waiting.append(read)

    def own(self, layer: Any) -> list[Any]:
        """The variables of a layer itself, which were looked for once."""
        return self._own.get(layer, [])

    def behind(self, node: Node) -> list[Node]:
        """The calls that use the result, past those that only pass values on."""
        found = []
        for output in _tensors(node.outputs):
            for reader in self.readers.get(id(output), []):
                found.extend(self.behind(reader) if passes(reader) else [reader])
        return found

    def first_readers(self, place: int) -> list[Node]:
        """The calls that use input number `place`, past those that only pass values on."""
        inputs = self.model.__hornbeam__.inputs or []
        if place >= len(inputs):
            return []
        found = []
        for reader in self.readers.get(id(inputs[place]), []):
            found.extend(self.behind(reader) if passes(reader) else [reader])
        return found

    def unread_inputs(self) -> list[SymbolicTensor]:
        """The inputs that no output depends on."""
        known = self.model.__hornbeam__
        outputs = set(map(id, known.outputs or []))
        return [t for t in known.inputs or [] if id(t) not in self.readers and id(t) not in outputs]

    def leading_to(self, tensor: SymbolicTensor) -> set[int]:
        """The `id`s of all layers that a tensor depends on."""
        found: set[int] = set()
        waiting, seen = [tensor], set()
        while waiting:
            node = waiting.pop().node
            if node is not None and id(node) not in seen:
                seen.add(id(node))
                found |= {id(layer) for layer in _layers(node.operation)}
                waiting.extend(node.inputs)
        return found

    def hidden(self) -> Iterator[tuple[Any, Any, list[Node]]]:
        """Layers, with the activation that each ends with, that other calls follow."""
        for node in self.nodes:
            if not isinstance(node.operation, Operation) and (following := self.behind(node)):
                yield node.operation, of(node.operation, "last_activation"), following


def passes(node: Node) -> bool:
    """Whether a call gives nothing but values of its argument."""
    made_by = node.operation
    if isinstance(made_by, Operation):
        return bool(getattr(made_by.function, "passes_values", False)) and len(node.inputs) == 1
    return bool(of(made_by, "passes_values")) and len(node.inputs) == 1


def is_linear(layer: Any) -> bool:
    """Whether a layer multiplies by weights and applies no activation."""
    return of(layer, "last_activation") is activations.linear and has_kernel(layer)


def has_kernel(layer: Any) -> bool:
    """Whether a layer has a matrix of weights of its own."""
    return isinstance(layer, Layer) and any(v.trainable and len(v.shape) >= 2 for v in own_variables(layer))


def path_of(layer: Any) -> str:
    return getattr(layer, "path", None) or layer.name


def _layers(operation: Any) -> list[Any]:
    return [] if isinstance(operation, Operation) else list(flatten(operation))


def _tensors(outputs: Any) -> list[SymbolicTensor]:
    if isinstance(outputs, SymbolicTensor):
        return [outputs]
    values = outputs.values() if isinstance(outputs, dict) else outputs if isinstance(outputs, list | tuple) else []
    return [tensor for value in values for tensor in _tensors(value)]
