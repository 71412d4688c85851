"""What a functional model adds to the loss, or reports, as symbolic tensors: `model.add_loss(K.mean(x - y))`."""

from __future__ import annotations

from typing import Any

from hornbeam import ops
from hornbeam.core import tree
from hornbeam.layers import Layer
from hornbeam.layers.base.losses import report
from hornbeam.models import named_tensors
from hornbeam.models.graph import Graph, match


def add(model: Any, loss: Any) -> None:
    """Let `model` add a symbolic tensor that was made from its inputs, or several, to the loss in each call.

    Of a tensor with several elements, the mean counts.
    """
    _add(model, "add_loss", losses=[ops.mean(x) for x in tree.leaves(loss)])


def watch(model: Any, value: Any, name: str | None, aggregation: str | None) -> None:
    """Let `model` report the mean of a symbolic tensor that was made from its inputs."""
    _add(model, "add_metric", watched=[Watched(name, aggregation)(value)])


class Watched(Layer):
    """Reports the mean of what it is called on, as `add_metric` is told."""

    def __init__(self, reported: str | None, aggregation: str | None):
        super().__init__()
        self.reported, self.aggregation = reported, aggregation

    def call(self, x: Any) -> Any:
        self.add_metric(x, self.reported, self.aggregation)
        return x


def _add(model: Any, method: str, losses: Any = (), watched: Any = ()) -> None:
    known = model.__hornbeam__
    if known.front is not None:
        raise ValueError(f"Model `{model.name}` has layers that compute on the host: call `{method}` in a layer.")
    before = ([], []) if known.loss_graph is None else known.loss_graph.output_structure[1:]
    added = [[*old, *new] for old, new in zip(before, (losses, watched), strict=True)]
    known.loss_graph = Graph(known.input_structure, (known.output_structure, *added), model.name)
    layers = [operation for operation in known.loss_graph.operations if isinstance(operation, Layer)]
    known.members.extend(layer for layer in layers if layer not in known.members)


def run(model: Any, inputs: Any) -> Any:
    """The outputs for `inputs`; what was added is reported."""
    known = model.__hornbeam__
    values = match(inputs, known.graph.input_structure, model.name)
    found = named_tensors.run(model, values)
    if known.loss_graph is None:
        return found
    outputs, losses, _ = found
    report(model, losses)
    return outputs
