"""What Hornbeam keeps about a model beside the user's attributes."""

from __future__ import annotations

from typing import Any

from hornbeam.core import tree
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.layers.base.internals import LayerInternals
from hornbeam.models.front import Front
from hornbeam.models.graph import Graph
from hornbeam.models.graph_front import front_of_graph
from hornbeam.training.mistake import Mistake
from hornbeam.training.programs.program import Program
from hornbeam.training.trainer import Trainer


class RunState:
    """What is made for runs of a model, and what they leave on it: nothing that a program looks at.

    Attributes:
        trainer: what `compile` made.
        forward: the program of `predict`.
        output_specs: the outputs of a model without a graph, by the shapes and dtypes of its inputs.
        stop_training, stop_evaluating, stop_predicting: whether somebody has asked that the run ends.
        history: what the last `fit` has recorded.
        mistakes: what the last `fit` warned of, or why it raised an error.
        diagnosis: what a `Doctor` found in the last `fit`.
        columns: those of the table that it was trained with.
        named: the graph with those of its tensors that losses and metrics name.
    """

    def __init__(self) -> None:
        self.trainer: Trainer | None = None
        self.forward: Program | None = None
        self.output_specs: dict[Any, Any] = {}
        self.stop_training = self.stop_evaluating = self.stop_predicting = False
        self.history: Any = None
        self.mistakes: list[Mistake] = []
        self.diagnosis: Any = None
        self.columns: list[Any] | None = None
        self.named: Graph | None = None

    def __getstate__(self) -> dict[str, Any]:
        return vars(RunState()) | {"trainer": self.trainer, "columns": self.columns}


class ModelInternals(LayerInternals):
    """The state of `model.__hornbeam__`.

    Attributes:
        graph: the calls of a functional model.
        loss_graph: the same with those that make what `add_loss` and `add_metric` were given: its outputs are the
            model's, and a list for each of the two.
        input_structure, output_structure: the symbolic inputs and outputs; `None` where they are not known.
        is_eager: whether steps run operation by operation.
        keeps_gradients: whether a loop of the user's own, on PyTorch, has called `zero_grad`.
        front: the layers that compute on the host, if there are any.
        is_stretchable: whether sizes of the input are those of data, which others may differ in.
        run_state: what is made for runs of the model, and what they leave.
    """

    __slots__ = (
        "front",
        "input_structure",
        "is_eager",
        "is_stretchable",
        "keeps_gradients",
        "loss_graph",
        "output_structure",
        "run_state",
    )

    def __init__(self, *arguments: Any):
        super().__init__(*arguments)
        self.graph: Graph | None = None
        self.loss_graph: Graph | None = None
        self.input_structure: Any = None
        self.output_structure: Any = None
        self.front: Front | None = None
        self.is_eager = False
        self.is_stretchable = False
        self.keeps_gradients = False
        self.run_state = RunState()

    @property
    def inputs(self) -> list[SymbolicTensor] | None:
        return None if self.input_structure is None else tree.leaves(self.input_structure)

    @property
    def outputs(self) -> list[SymbolicTensor] | None:
        return None if self.output_structure is None else tree.leaves(self.output_structure)

    @property
    def input_names(self) -> list[str]:
        return [tensor.node.operation.name for tensor in self.inputs or [] if tensor.node is not None]

    @property
    def output_names(self) -> list[str]:
        """The layers that make the outputs; a layer that makes several is numbered."""
        names: list[str] = []
        for tensor in self.outputs or []:
            base = tensor.node.operation.name if tensor.node is not None else tensor.name
            names.append(base if base not in names else f"{base}_{sum(n.startswith(base) for n in names)}")
        return names

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        if self.graph is not None:  # the arguments were symbolic tensors
            state |= {"arguments": ((), {}), "front": None}
        return state | {"input_structure": None, "output_structure": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if self.graph is not None:
            self.input_structure, self.output_structure = self.graph.input_structure, self.graph.output_structure
            self.front = front_of_graph(self.graph, "unpickled")
