"""Models without their last layers: `model.layers.pop()` and `model.outputs = [...]`, as in Keras 1 and 2."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, SupportsIndex

from hornbeam.core import tree
from hornbeam.core.renaming.notice import say
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.layers import Layer
from hornbeam.models.graph import Graph
from hornbeam.models.graph_front import front_of_graph


class LayerList(list[Any]):
    """The layers of a model: a list of the caller's own, but that `pop()` takes the last one from the model, too."""

    def __init__(self, layers: Iterable[Any], model: Any):
        super().__init__(layers)
        self._model = model

    def pop(self, index: SupportsIndex = -1) -> Any:
        """Take a layer from this list; the last one from the model."""
        is_last = int(index) in (-1, len(self) - 1)
        layer = super().pop(index)
        if is_last and _take_last(self._model, layer):
            say("layers.pop", "`model.layers.pop()` is now `model.pop()`, or `Model(model.input, layer.output)`.")
        return layer

    def __reduce__(self) -> Any:
        return list, (list(self),)


def _take_last(model: Any, layer: Any) -> bool:
    """Whether the model could go without its last layer."""
    if hasattr(model, "pop"):
        model.pop()
        return True
    end = model.__hornbeam__.output_structure
    if not isinstance(end, SymbolicTensor) or end.node is None or end.node.operation is not layer:
        return False
    return len(end.node.inputs) == 1 and ends_with(model, end.node.inputs[0])


def ends_with(model: Any, outputs: Any) -> bool:
    """Let a model that is a graph give other tensors of its own; whether `outputs` are such tensors."""
    known, ends = model.__hornbeam__, tree.leaves(outputs)
    if not ends or not all(isinstance(end, SymbolicTensor) and end.node is not None for end in ends):
        return False
    if known.input_structure is None:
        return False
    outputs = outputs[0] if isinstance(outputs, list | tuple) and len(outputs) == 1 else outputs
    if known.graph is None:
        return isinstance(outputs, SymbolicTensor) and _pop_until(model, outputs)
    graph = Graph(known.input_structure, outputs, model.name)
    known.members[:] = [member for member in known.members if not isinstance(member, Layer)]
    known.members.extend(operation for operation in graph.operations if isinstance(operation, Layer))
    known.graph, known.loss_graph, known.output_structure = graph, None, outputs
    known.front = front_of_graph(graph, model.name)
    known.run_state.forward = None
    return True


def _pop_until(stack: Any, end: SymbolicTensor) -> bool:
    """Take layers from the end of a stack until it gives `end`, if one of them does."""
    known = stack.__hornbeam__
    if not any(node.outputs is end for layer in stack.layers for node in layer.inbound_nodes):
        return False
    while known.output_structure is not end:
        stack.pop()
    return True
