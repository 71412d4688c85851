"""`Function`: what some symbolic outputs are of some symbolic inputs, as something to call."""

from __future__ import annotations

from typing import Any

from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.models.graph import Graph, match
from hornbeam.models.inputs import as_arrays
from hornbeam.ops.operation import Operation


class Function(Operation):
    """The computation between symbolic inputs and outputs, without what makes a model.

    Args:
        inputs: a symbolic tensor, or a list or dict of them.
        outputs: likewise.
        name: unique by default.

    >>> import hornbeam
    >>> x = hornbeam.Input((2,))
    >>> f = hornbeam.Function(x, 2 * x + 1)
    >>> hornbeam.ops.convert_to_numpy(f([[1.0, 2.0]])).tolist()
    [[3.0, 5.0]]
    """

    def __init__(self, inputs: Any, outputs: Any, name: str | None = None):
        super().__init__(name)
        self.graph = Graph(inputs, outputs, self.name, restarts=False)

    @property
    def inputs(self) -> list[Any]:
        """The symbolic inputs."""
        return self.graph.inputs

    @property
    def outputs(self) -> list[Any]:
        """The symbolic outputs."""
        return self.graph.outputs

    @property
    def operations(self) -> list[Any]:
        """The layers, and the functions of `ops`, between them."""
        return list(self.graph.operations)

    def call(self, inputs: Any) -> Any:
        return self.graph.run(match(as_arrays(inputs), self.graph.input_structure, self.name))

    def compute_output_spec(self, inputs: Any) -> Any:
        """The outputs for inputs of these shapes, as symbolic tensors."""
        return super().compute_output_spec(inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the output for an input of `input_shape`."""
        return self.compute_output_spec(SymbolicTensor(input_shape)).shape

    def get_config(self) -> dict[str, Any]:
        raise NotImplementedError(f"Function `{self.name}` has no config: make a `Model` of its inputs and outputs.")
