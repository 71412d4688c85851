"""What Keras 2's calls of layers have and today's have not: `hornbeam.core.old_names.members` says so of each."""

from __future__ import annotations

from typing import Any

from hornbeam.core import tree


class Node:
    """Its members are those of the nodes in `layer.inbound_nodes`."""

    operation: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    inputs: list[Any]
    outputs: Any

    @property
    def outbound_layer(self) -> Any:
        """The layer that was called."""
        return self.operation

    @property
    def input_tensors(self) -> list[Any]:
        """The symbolic tensors that it was called on; of an input, its own."""
        return self.inputs or tree.leaves(self.outputs)

    @property
    def output_tensors(self) -> list[Any]:
        """The symbolic tensors that it gave."""
        return tree.leaves(self.outputs)

    @property
    def inbound_layers(self) -> list[Any]:
        """The layers that the inputs come from."""
        return [x.node.operation for x in self.inputs if x.node is not None]

    @property
    def node_indices(self) -> list[int]:
        """Which call of each of these layers they come from."""
        return [x.node.operation.inbound_nodes.index(x.node) for x in self.inputs if x.node is not None]

    @property
    def tensor_indices(self) -> list[int]:
        """Which of the outputs of these calls they are."""
        return [x.index for x in self.inputs if x.node is not None]

    @property
    def input_shapes(self) -> list[Any]:
        """The shapes of the inputs."""
        return [x.shape for x in Node.input_tensors.fget(self)]  # type: ignore[attr-defined]

    @property
    def output_shapes(self) -> list[Any]:
        """The shapes of the outputs."""
        return [x.shape for x in tree.leaves(self.outputs)]

    @property
    def input_masks(self) -> list[None]:
        """Masks come with values: of symbolic tensors none are known."""
        return [None for _ in self.input_tensors]

    @property
    def output_masks(self) -> list[None]:
        """The same."""
        return [None for _ in self.output_tensors]

    @property
    def arguments(self) -> dict[str, Any]:
        """What the layer was called with by name, beside tensors."""
        return {name: value for name, value in self.kwargs.items() if value not in self.inputs}

    def get_config(self) -> dict[str, Any]:
        """The layers by their names, and the calls and outputs by their numbers."""
        node: Any = self
        return {
            "outbound_layer": self.operation.name,
            "inbound_layers": [layer.name for layer in node.inbound_layers],
            "node_indices": node.node_indices,
            "tensor_indices": node.tensor_indices,
        }
