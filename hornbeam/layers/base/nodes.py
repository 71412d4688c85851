"""The calls of a layer on symbolic tensors."""

from __future__ import annotations

from typing import Any

from hornbeam.core import symbolic
from hornbeam.layers.base.stateless import Stateless
from hornbeam.ops.operation import Operation


class Called(Stateless):
    """A layer that graphs hold calls of."""

    @property
    def inbound_nodes(self) -> list[symbolic.Node]:
        """The calls on symbolic tensors."""
        return self.__hornbeam__.nodes

    @property
    def input(self) -> Any:
        """The symbolic input of the first call; of an `Input`'s layer, what it gives."""
        return _input_of(_first_node(self))

    @property
    def output(self) -> Any:
        """The symbolic output of the first call."""
        return _first_node(self).outputs


Operation.register(Called)


def _first_node(layer: Called) -> symbolic.Node:
    nodes = layer.__hornbeam__.nodes
    if not nodes:
        raise AttributeError(f"Layer `{layer.name}` has no input or output yet: call it on an `Input` first.")
    return nodes[0]


def _input_of(node: symbolic.Node) -> Any:
    if not node.inputs:
        return node.outputs
    return node.args[0] if node.args else node.inputs[0]
