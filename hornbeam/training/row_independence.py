"""Whether the rows of a batch have nothing to do with one another.

Where they have not, a short last batch can be padded to full size and its extra rows masked out, which saves compiling
the step a second time. Where they might, the short batch runs as it is. Layers and functions say so themselves.
"""

from __future__ import annotations

from typing import Any

from hornbeam.core import declarations
from hornbeam.core.symbolic import Node, Operation
from hornbeam.layers.base.tracking import flatten


def is_row_independent(model: Any, training: bool) -> bool:
    """Whether each row of the outputs of `model` depends on that row of its inputs alone."""
    if any(tensor.shape[0] is not None for tensor in model.__hornbeam__.inputs or []):
        return False
    layers = flatten(model)
    training = training or any(_is_in_training(node) for layer in layers for node in layer.__hornbeam__.nodes)
    return all(_layer_does(layer, training) for layer in layers) and all(
        _call_does(node)
        for layer in layers
        for operation in _operations(layer)
        if isinstance(operation, Operation)
        for node in operation.inbound_nodes
    )


def _operations(layer: Any) -> list[Any]:
    """The layers and functions in the graph of a functional model."""
    graph = getattr(layer.__hornbeam__, "loss_graph", None) or getattr(layer.__hornbeam__, "graph", None)
    return graph.operations if graph is not None else []


def _is_in_training(node: Node) -> bool:
    """Whether a layer, and all within it, is called with `training=True` wherever the model runs."""
    return node.kwargs.get("training") is True or any(arg is True for arg in node.args)


def _layer_does(layer: Any, training: bool) -> bool:
    """Whether a layer does, with the functions that it was given for its activations."""
    declared = declarations.of(layer, "row_independent")
    if not declared or (declared == "inference" and training):
        return False
    functions = [value for name, value in vars(layer).items() if name.endswith("activation") and callable(value)]
    return all(hasattr(fn, "__hornbeam__") or declarations.is_row_independent(fn) for fn in functions)


def _call_does(node: Node) -> bool:
    """Whether a call of a function of `ops` does; the rows of arrays of fewer axes than its result lie along others."""
    function = node.operation.function
    options = declarations.signature(function).bind(*node.args, **node.kwargs).arguments
    if not declarations.is_row_independent(function, options):
        return False
    return all(len(x.shape) == len(node.outputs.shape) for x in node.inputs)
