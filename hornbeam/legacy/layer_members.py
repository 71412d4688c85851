"""What Keras 2's layers have and today's have not: `hornbeam.core.old_names.members` says so of each."""

from __future__ import annotations

import types
from collections.abc import Sequence
from typing import Any

from hornbeam.core import tree
from hornbeam.core.symbolic import Node, followers
from hornbeam.core.variable import Variable
from hornbeam.layers.base.input_spec import check_inputs
from hornbeam.layers.base.tracking import trainable_weights_of
from hornbeam.models import Functional


class Layer:
    """Its members are those of `hornbeam.layers.Layer`."""

    name: str
    inbound_nodes: list[Node]
    losses: list[Any]
    __hornbeam__: Any

    def get_input_at(self, node_index: int) -> Any:
        """The symbolic input of a call; the first is 0."""
        node = _node(self, node_index)
        return node.args[0] if node.args else node.inputs[0]

    def get_output_at(self, node_index: int) -> Any:
        """The symbolic output of a call."""
        return _node(self, node_index).outputs

    def get_input_shape_at(self, node_index: int) -> Any:
        """The shape of the input of a call; a list of them for several inputs."""
        return _shapes(Layer.get_input_at(self, node_index))

    def get_output_shape_at(self, node_index: int) -> Any:
        """The shape of the output of a call; a list of them for several outputs."""
        return _shapes(Layer.get_output_at(self, node_index))

    @property
    def batch_input_shape(self) -> Any:
        """The shape that the first layer of a model was given, batch first."""
        shape = self.__hornbeam__.first_shape
        if shape is None:
            raise AttributeError(f"Layer `{self.name}` was made without an `input_shape`.")
        return shape

    @property
    def _inbound_nodes(self) -> list[Node]:
        """Its calls on symbolic tensors."""
        return self.inbound_nodes

    @property
    def outbound_nodes(self) -> list[Node]:
        """The calls on what its calls gave."""
        return list(dict.fromkeys(other for node in self.inbound_nodes for other in followers(node)))

    _outbound_nodes = outbound_nodes

    @property
    def input_shape(self) -> Any:
        """The shape of the input, the same in all calls on symbolic tensors; else the one it was built for."""
        return _the_one(self, "input_shape", Layer.get_input_shape_at, lambda shape: shape)

    @property
    def output_shape(self) -> Any:
        """The shape of the output, the same in all calls on symbolic tensors; else for what it was built for."""
        layer: Any = self
        return _the_one(self, "output_shape", Layer.get_output_shape_at, layer.compute_output_shape)

    def get_input_mask_at(self, node_index: int) -> Any:
        """Masks are found while a model computes: of a symbolic tensor none is known."""
        raise AttributeError(_no_mask(self))

    def get_output_mask_at(self, node_index: int) -> Any:
        """The same."""
        raise AttributeError(_no_mask(self))

    @property
    def input_mask(self) -> Any:
        """The same."""
        raise AttributeError(_no_mask(self))

    @property
    def output_mask(self) -> Any:
        """The same."""
        raise AttributeError(_no_mask(self))

    @property
    def updates(self) -> list[Any]:
        """What remains to be done after a call: nothing, since variables are assigned in it."""
        return []

    def get_updates_for(self, inputs: Any) -> list[Any]:
        """The same."""
        return []

    def add_update(self, updates: Any, inputs: Any = None) -> None:
        """Assign variables: pairs of a variable and its new value; what was assigned already is anything else."""
        pairs = [updates] if isinstance(updates, tuple) and isinstance(updates[0], Variable) else updates
        for pair in pairs if isinstance(pairs, list | tuple) else [pairs]:
            if isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[0], Variable):
                pair[0].assign(pair[1])

    def get_losses_for(self, inputs: Any = None) -> list[Any]:
        """What the last call added to the loss; without `inputs`, what the weights add: their regularization."""
        layer: Any = self
        of_weights = sum(v.regularizer is not None for v in trainable_weights_of(layer))
        added = len(self.losses) - of_weights
        return self.losses[added:] if inputs is None else self.losses[:added]

    def assert_input_compatibility(self, inputs: Any) -> None:
        """Raise for inputs of the wrong number, rank or size."""
        check_inputs(self, inputs)


class Bidirectional:
    """Its members are those of `hornbeam.layers.Bidirectional`."""

    @property
    def constraints(self) -> dict[Variable, Any]:
        """The constraint of each weight that has one."""
        layer: Any = self
        return {v: v.constraint for v in layer.weights if v.constraint is not None}


class _Recurrent:
    @property
    def implementation(self) -> int:
        """Keras 2's number for all gates in one product, which is how they are computed."""
        return 2


SimpleRNN = LSTM = GRU = _Recurrent


def _node(layer: Any, index: int) -> Any:
    nodes = layer.inbound_nodes
    if isinstance(layer, Functional) and layer.graph is not None:  # its first call made it, as it were
        nodes = [types.SimpleNamespace(args=(layer.input,), outputs=layer.output), *nodes]
    if not -len(nodes) <= index < len(nodes):
        raise ValueError(
            f"Layer `{layer.name}` was called on symbolic tensors {len(nodes)} times. Received: node_index={index}."
        )
    return nodes[index]


def _shapes(tensors: Any) -> Any:
    return tree.map(lambda x: x.shape, tensors) if tree.is_nested(tensors) else tensors.shape


def _the_one(layer: Layer, name: str, at: Any, of_built: Any) -> Any:
    found: Sequence[Any] = [at(layer, i) for i in range(len(layer.inbound_nodes))]
    built_for = list((layer.__hornbeam__.build_shapes or {}).values())
    if not found and len(built_for) == 1:
        return of_built(built_for[0])
    if not found:
        raise AttributeError(f"Layer `{layer.name}` has no `{name}` yet: call it on data or on an `Input` first.")
    if any(shape != found[0] for shape in found):
        several = "get_" + name + "_at"
        raise AttributeError(
            f"Layer `{layer.name}` was called on tensors of several shapes: ask `{several}(node_index)`. "
            f"Received: {found}."
        )
    return found[0]


def _no_mask(layer: Layer) -> str:
    return (
        f"Layer `{layer.name}` knows masks of values, not of symbolic tensors: ask `compute_mask(inputs, mask)` for "
        "the mask of an output."
    )
