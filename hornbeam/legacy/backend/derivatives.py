"""`K.gradients`: tensors of a graph that are gradients of other tensors of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine, ops
from hornbeam.core import symbolic, tree
from hornbeam.core.known import NeedsGraphError
from hornbeam.core.lift import Scope
from hornbeam.core.symbolic import Node, SymbolicTensor
from hornbeam.core.variable import Variable
from hornbeam.layers import InputLayer, Layer
from hornbeam.layers.base.tracking import unique
from hornbeam.models.graph import Graph
from hornbeam.ops.operation import Operation


def gradients(loss: Any, variables: Any) -> list[Any]:
    """The gradients of a loss by tensors that it was computed from, and by variables, as symbolic tensors.

    Args:
        loss: a symbolic tensor; the sum of its elements counts, and of several in a list.
        variables: symbolic tensors, those of inputs or between, and variables; or one of them.

    Returns:
        one for each; `None` for a tensor or variable that the loss does not depend on.

    >>> import hornbeam
    >>> K = hornbeam.backend
    >>> x = K.placeholder((None, 2))
    >>> K.function([x], K.gradients(K.sum(x * x), x))([[[1.0, 2.0]]])
    [array([[2., 4.]], dtype=float32)]
    """
    losses = list(loss) if isinstance(loss, list | tuple) else [loss]
    wanted = list(variables) if isinstance(variables, list | tuple) else [variables]
    _check(losses, wanted)
    nodes = _above(losses)
    known = {id(tensor) for node in nodes for tensor in tree.leaves(node.outputs)}
    by_variables = any(isinstance(x, Variable) for x in wanted)  # which may be before some of the tensors
    starts = [] if by_variables else _starts([x for x in wanted if id(x) in known])
    sources = [*starts, *_inputs_of(losses, starts)]
    graph = Graph(sources, losses, "gradients", restarts=False)
    known |= set(map(id, _read(graph, [x for x in wanted if isinstance(x, Variable)])))
    by = [x for x in wanted if id(x) in known and x.dtype.startswith(("float", "bfloat"))]
    if not by:
        return [None] * len(wanted)
    found = Gradients(sources, losses, by).symbolic_call(*sources)
    of = dict(zip(map(id, by), found, strict=True))
    return [of.get(id(x)) for x in wanted]


class Gradients(Operation):
    """The gradients of `losses` by `by`, from values of `sources`."""

    def __init__(self, sources: list[SymbolicTensor], losses: list[SymbolicTensor], by: list[Any]):
        super().__init__()
        self.tensors = [x for x in by if isinstance(x, SymbolicTensor)]
        self.variables = [x for x in by if isinstance(x, Variable)]
        self.by, self.losses = by, losses
        self.graph = Graph(sources, losses, self.name, restarts=False)
        self.before = Graph(sources, self.tensors, self.name, restarts=False) if self.tensors else None

    def compute_output_spec(self, *sources: Any) -> list[SymbolicTensor]:
        return [SymbolicTensor(x.shape, x.dtype) for x in self.by]

    def call(self, *sources: Any) -> list[Any]:
        """A tensor between is differentiated by what is added to it, which is 0."""
        values = list(sources)
        zeros = [] if self.before is None else [ops.zeros_like(x) for x in tree.leaves(self.before.run(values))]
        n = len(zeros)

        def total(added: list[Any]) -> tuple[Any, None]:
            change = dict(zip(map(id, self.tensors), added[:n], strict=True))
            with Scope(dict(zip(self.variables, added[n:], strict=True)), is_open=True):
                known = self.graph.every(values, change)
            return sum(engine.sum(engine.cast(known[id(loss)], "float32")) for loss in self.losses), None

        _, found = engine.value_and_grad(total)([*zeros, *(variable.value for variable in self.variables)])
        of = dict(zip(map(id, [*self.tensors, *self.variables]), found, strict=True))
        return [of[id(x)] for x in self.by]


def trained_in(losses: list[SymbolicTensor]) -> list[Variable]:
    """The trainable variables of the layers that losses depend on."""
    layers = [node.operation for node in _above(losses) if isinstance(node.operation, Layer)]
    return unique([variable for layer in layers for variable in layer.trainable_variables])


def _starts(tensors: list[SymbolicTensor]) -> list[SymbolicTensor]:
    """Those of the tensors that come from none of the others: what was before them need not be computed again."""
    by_tensor = [(x, {id(node) for node in _above([x])}) for x in tensors if x.node and x.node.outputs is x]
    return [x for x, above in by_tensor if not any(id(y.node) in above for y in tensors if y is not x)]


def _inputs_of(losses: list[SymbolicTensor], starts: list[SymbolicTensor]) -> list[SymbolicTensor]:
    """The inputs that losses are computed from, beside the tensors that they begin with."""
    inputs = [node.outputs for node in _above(losses, starts) if isinstance(node.operation, InputLayer)]
    return [x for x in inputs if not x.node.args and not any(x is start for start in starts)]


def _above(losses: list[SymbolicTensor], starts: Sequence[SymbolicTensor] = ()) -> list[Node]:
    """All calls that the losses depend on, without those that made the tensors that they begin with."""
    ends = {id(start.node) for start in starts}
    found: dict[int, Node] = {}
    waiting = [tensor.node for tensor in losses if id(tensor.node) not in ends]
    while waiting:
        node = waiting.pop()
        if node is not None and id(node) not in found:
            found[id(node)] = node
            waiting.extend(tensor.node for tensor in node.inputs if id(tensor.node) not in ends)
    return list(found.values())


class _Noting(Scope):
    """Notes which of its variables are read."""

    def __init__(self, variables: list[Variable]):
        super().__init__({variable: variable.value for variable in variables}, is_open=True)
        self.read_ones: list[Variable] = []

    def read(self, variable: Variable) -> Any:
        self.read_ones.append(variable)
        return super().read(variable)


def _read(graph: Graph, variables: list[Variable]) -> list[Variable]:
    """Those of the variables that a graph computes with."""
    noting = _Noting(variables)

    def run(*values: Any) -> Any:
        with noting:
            return graph.run(list(values))

    if variables:
        symbolic.infer(run, tuple(graph.inputs))
    return noting.read_ones


def _check(losses: list[Any], wanted: list[Any]) -> None:
    for loss in losses:
        if not isinstance(loss, SymbolicTensor):
            raise NeedsGraphError(
                "`gradients` takes a loss that was computed from inputs of a graph, symbolic tensors such as "
                f"`model.input`. Received: {loss!r}. In a training step, the gradients of variables are found by `fit`."
            )
    for x in wanted:
        if not isinstance(x, SymbolicTensor | Variable):
            raise NeedsGraphError(f"`gradients` are by symbolic tensors and variables. Received: {x!r}.")
