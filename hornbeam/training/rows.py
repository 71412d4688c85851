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

# Functions of `ops` whose rows stand for themselves, whatever their other arguments.
_ROWWISE = frozenset(
    """
    add subtract multiply divide true_divide power maximum minimum negative abs absolute exp expm1 log log1p sqrt
    rsqrt square sign sin cos tan tanh sigmoid relu relu6 elu selu gelu silu softplus softsign erf clip cast where
    floor ceil round leaky_relu hard_sigmoid hard_silu hard_tanh log_sigmoid mish celu stop_gradient equal not_equal
    greater greater_equal less less_equal logical_and logical_or logical_not zeros_like ones_like floor_divide mod
    """.split()
)


def mixes_rows(model: Any, training: bool) -> bool:
    """Whether an output row of `model` may depend on other rows of the batch, or on how many there are."""
    if any(tensor.shape[0] is not None for tensor in model.inputs or []):
        return True
    return any(_layer_mixes(layer, training) for layer in model._flatten_layers()) or any(
        isinstance(operation, Operation) and operation.function.__name__ not in _ROWWISE
        for layer in model._flatten_layers()
        for operation in getattr(layer, "operations", [])
    )


def _layer_mixes(layer: Any, training: bool) -> bool:
    if layer.mixes_rows == "training":
        return training or any(node.kwargs.get("training") for node in layer.inbound_nodes)
    if layer.mixes_rows or getattr(layer, "stateful", False):  # a state has as many rows as the batch
        return True
    functions = [vars(layer).get(name) for name in _FUNCTIONS]
    return any(inspect.isfunction(fn) and not serialization.is_builtin(fn) for fn in functions)
