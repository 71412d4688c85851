"""`LayerOutputs`: what a model gives, and what some of its layers give on the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam.core.running import under
from hornbeam.models.graph import Graph, match


class LayerOutputs:
    """A model that, called once, gives its outputs and those of the layers named.

    Raises:
        ValueError: for a model whose calls are not known, and a name that stands for no layer or for several calls.
    """

    def __init__(self, model: Any, names: Sequence[str]):
        self.model = model
        self.graph = _graph(model, names) if names else None

    def __call__(self, inputs: Any, training: bool | None) -> tuple[Any, dict[str, Any]]:
        if self.graph is None:
            return self.model(inputs, training=training), {}
        values = match(inputs, self.graph.input_structure, self.model.name)
        with under(training=training):
            outputs, features = self.graph.run(values)
            return outputs, features


def _graph(model: Any, names: Sequence[str]) -> Graph:
    known = model.__hornbeam__
    if known.input_structure is None:
        raise ValueError(
            f"Model `{model.name}` must be a functional model, or a Sequential that is built, for layer {names[0]!r} "
            f"to be found in it. Received: a {type(model).__name__} whose layers' calls are not known."
        )
    calls = (known.graph or Graph(known.input_structure, known.output_structure, model.name)).nodes
    found = {name: _output(model, calls, name) for name in names}
    return Graph(known.input_structure, (known.output_structure, found), model.name)


def _output(model: Any, calls: Sequence[Any], name: str) -> Any:
    outputs = [node.outputs for node in calls if node.operation.name == name]
    if len(outputs) == 1:
        return outputs[0]
    there = list(dict.fromkeys(node.operation.name for node in calls))
    what = f"{len(outputs)} calls of it" if outputs else f"a model with the layers {there}"
    raise ValueError(f"Model `{model.name}` must have one layer {name!r}, called once. Received: {what}.")
