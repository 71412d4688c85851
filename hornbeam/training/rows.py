"""Whether the rows of a batch have to do with one another.

Where they do not, a short last batch can be padded to full size and its extra rows masked out, which saves compiling
the step a second time. Where they might, the short batch runs as it is.
"""

from __future__ import annotations

import inspect
from typing import Any

from hornbeam.core import serialization
from hornbeam.core.symbolic import Operation

_FUNCTIONS = ("activation", "recurrent_activation")


def mixes_rows(model: Any, training: bool) -> bool:
    """Whether an output row of `model` may depend on other rows of the batch, or on how many there are."""
    if any(tensor.shape[0] is not None for tensor in model.inputs or []):
        return True
    return any(_layer_mixes(layer, training) for layer in model._flatten_layers()) or any(
        isinstance(operation, Operation) and _operation_mixes(operation)
        for layer in model._flatten_layers()
        for operation in getattr(layer, "operations", [])
    )


def _operation_mixes(operation: Operation) -> bool:
    """Whether a function of `ops` does, or arrays of fewer axes than its result, whose rows lie along another axis."""
    if not getattr(operation.function, "row_independent", False):
        return True
    return any(len(x.shape) != len(node.outputs.shape) for node in operation.inbound_nodes for x in node.inputs)


def _layer_mixes(layer: Any, training: bool) -> bool:
    if layer.mixes_rows == "training":
        return training or any(node.kwargs.get("training") for node in layer.inbound_nodes)
    if layer.mixes_rows or getattr(layer, "stateful", False):  # a state has as many rows as the batch
        return True
    functions = [vars(layer).get(name) for name in _FUNCTIONS]
    return any(inspect.isfunction(fn) and not serialization.is_builtin(fn) for fn in functions)
