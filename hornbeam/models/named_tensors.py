"""Tensors of a model's graph that its losses and metrics name: Keras 2's functions of `(y_true, y_pred)` could.

    loss = lambda y, p: K.mean(K.square(y - p)) - K.sum(K.exp(z_log_var))      # z_log_var is a layer's output

A step computes them beside the outputs. Where a function of `ops` meets one, it takes its value.
"""

from __future__ import annotations

from typing import Any

from hornbeam.core.running import running
from hornbeam.core.seen_tensors import tensors_seen_by
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.models.graph import Graph


def find(model: Any, *functions: Any) -> None:
    """Let calls of `model` in a step keep the values of the tensors that these losses and metrics name."""
    known = model.__hornbeam__
    graph = known.loss_graph or known.graph
    tensors = [] if graph is None else tensors_seen_by(*functions)
    named = [tensor for tensor in tensors if _is_made_from(known.input_structure, tensor)]
    known.run_state.named = Graph(known.input_structure, (graph.output_structure, named), model.name) if named else None


def run(model: Any, values: list[Any]) -> Any:
    """What the graph of `model`, with the losses added to it, gives for values of its inputs."""
    known = model.__hornbeam__
    named = known.run_state.named
    if named is None or running.known is None:
        return (known.loss_graph or known.graph).run(values)
    outputs, found = named.run(values)
    running.known.update({id(tensor): value for tensor, value in zip(named.output_structure[1], found, strict=True)})
    return outputs


def _is_made_from(inputs: Any, tensor: SymbolicTensor) -> bool:
    try:
        Graph(inputs, tensor, "")
    except ValueError:  # it is another model's
        return False
    return True
