"""Tensors of a model's graph that its losses and metrics name: Keras 2's functions of `(y_true, y_pred)` could.

    loss = lambda y, p: K.mean(K.square(y - p)) - K.sum(K.exp(z_log_var))      # z_log_var is a layer's output

A step computes them beside the outputs. Where a function of `ops` meets one, it takes its value.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from hornbeam import engine
from hornbeam.core import tree
from hornbeam.core.known import Known
from hornbeam.core.running import running
from hornbeam.core.seen_tensors import tensors_seen_by
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.layers import Input
from hornbeam.models.graph import Graph, by_symbols


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
    graph = known.loss_graph or known.graph
    if running.layers != (model,) or not isinstance(running.known, Known):
        return graph.run(values)
    outputs, found = graph.run(values) if named is None else named.run(values), []
    if named is not None:
        outputs, found = outputs
    tensors = [] if named is None else named.output_structure[1]
    running.known.update({id(tensor): value for tensor, value in zip(tensors, found, strict=True)})
    with_values = [*zip(graph.inputs, values, strict=True), *zip(graph.outputs, tree.leaves(outputs), strict=True)]
    running.known.through_graph = partial(_through_graph, [*with_values, *zip(tensors, found, strict=True)])
    return outputs


def _through_graph(known: list[tuple[SymbolicTensor, Any]], fn: Callable[..., Any], y_true: Any, y_pred: Any) -> Any:
    """`fn(y_true, y_pred)`, a loss that takes gradients in the graph, which `y_pred` is an output of."""
    output = next((tensor for tensor, value in known if value is y_pred), None)
    if output is None:
        return fn(y_true, y_pred)
    target = Input(batch_shape=(None, *y_true.shape[1:]), dtype=engine.dtype_name(y_true))
    return by_symbols(lambda: fn(target, output), [(target, y_true), *known])


def _is_made_from(inputs: Any, tensor: SymbolicTensor) -> bool:
    try:
        Graph(inputs, tensor, "")
    except ValueError:  # it is another model's
        return False
    return True
