"""`Graph`: the calls between some inputs and outputs, in an order in which they can run."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

from hornbeam import engine, ops
from hornbeam.core import symbolic, tensor_metadata, tree
from hornbeam.core.brief import brief
from hornbeam.core.data_shape import check_shape, is_squeezable
from hornbeam.core.known import NeedsGraphError
from hornbeam.core.running import under
from hornbeam.core.symbolic import Node, SymbolicTensor
from hornbeam.core.tape import Taped
from hornbeam.layers import Input, InputLayer
from hornbeam.layers.base.closures import of_symbols


class Graph:
    """What a functional model computes.

    Args:
        inputs: a symbolic tensor, or a list or dict of them.
        outputs: likewise.
        name: of the model, for messages.
        restarts: whether inputs that layers have made become new ones; otherwise what made them is left out.

    Raises:
        ValueError: when an output does not depend on the inputs alone, or two layers share a name.
    """

    unseen = frozenset({"_steps"})

    def __init__(self, inputs: Any, outputs: Any, name: str, restarts: bool = True):
        _check_symbolic(inputs, "inputs", name)
        _check_symbolic(outputs, "outputs", name, are_made=True)
        if restarts and any(not isinstance(_operation(tensor), InputLayer) for tensor in tree.leaves(inputs)):
            inputs, outputs = _restart(inputs, outputs)
        self.input_structure = inputs
        self.given_outputs = outputs
        self._arrange(name)

    @property
    def output_structure(self) -> Any:
        """The outputs; a list of one tensor is this tensor, as its value comes without the list."""
        return self.given_outputs[0] if _is_one_in_list(self.given_outputs) else self.given_outputs

    def _arrange(self, name: str) -> None:
        self.inputs: list[SymbolicTensor] = tree.leaves(self.input_structure)
        self.outputs: list[SymbolicTensor] = tree.leaves(self.output_structure)
        self.nodes, operations = _order(self.inputs, self.outputs, name)
        starts = {id(tensor.node) for tensor in self.inputs}
        inner = [node for node in self.nodes if id(node) not in starts or isinstance(node.operation, InputLayer)]
        kept = {id(node.operation) for node in inner}
        self.operations = [operation for operation in operations if id(operation) in kept]
        names = [operation.name for operation in self.operations]
        if len(set(names)) < len(names):
            twice = next(n for n in names if names.count(n) > 1)
            raise ValueError(
                f"Layers of model `{name}` must have different names. "
                f"Received: {twice!r} twice; pass `name=` to one of them."
            )
        self._steps = [Step.of(node) for node in self.nodes if id(node) not in starts]

    def run(self, values: list[Any]) -> Any:
        """The outputs for `values` of the inputs."""
        known = self.every(values)
        return tree.map(lambda tensor: known[id(tensor)], self.output_structure)

    def every(self, values: list[Any], added: dict[int, Any] | None = None) -> dict[int, Any]:
        """The values of all tensors, by `id`; something may be added to some of them."""
        added = added or {}
        known = {id(tensor): value for tensor, value in zip(self.inputs, values, strict=True)}
        known |= {key: known[key] + more for key, more in added.items() if key in known}
        for step in self._steps:
            args, kwargs = step.arguments(known)
            try:
                results = step.operation(*args, **kwargs)
            except NeedsGraphError:
                results = self._by_symbols(step, known)
            for key, value in zip(step.outputs, tree.leaves(results), strict=True):
                known[key] = value + added[key] if key in added else value
        return known

    def _by_symbols(self, step: Step, known: dict[int, Any]) -> Any:
        """What a layer gives that takes gradients in the graph."""
        tensors = [tensor for node in self.nodes for tensor in tree.leaves(node.outputs) if id(tensor) in known]
        node = next(node for node in self.nodes if id(tree.leaves(node.outputs)[0]) == step.outputs[0])
        pairs = [(tensor, known[id(tensor)]) for tensor in tensors]
        return by_symbols(lambda: of_symbols(node.operation, node.args, node.kwargs), pairs)

    def __getstate__(self) -> dict[str, Any]:
        places = {id(t): (i, j) for i, node in enumerate(self.nodes) for j, t in enumerate(tree.leaves(node.outputs))}
        refer = lambda x: _Reference(*places[id(x)]) if isinstance(x, SymbolicTensor) else x  # noqa: E731
        describe = lambda x: _Description(x.shape, x.dtype, x.name) if isinstance(x, SymbolicTensor) else x  # noqa: E731
        calls = [
            (node.operation, _map(refer, node.args), _map(refer, node.kwargs), _map(describe, node.outputs))
            for node in self.nodes
        ]
        return {
            "calls": calls,
            "inputs": _map(refer, self.input_structure),
            "outputs": _map(refer, self.given_outputs),
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        nodes: list[Node] = []
        revive = lambda x: SymbolicTensor(x.shape, x.dtype, x.name) if isinstance(x, _Description) else x  # noqa: E731
        find = lambda x: tree.leaves(nodes[x.node].outputs)[x.output] if isinstance(x, _Reference) else x  # noqa: E731
        for operation, args, kwargs, outputs in state["calls"]:
            nodes.append(Node(operation, _map(find, args), _map(find, kwargs), _map(revive, outputs)))
        self.input_structure = _map(find, state["inputs"])
        self.given_outputs = _map(find, state["outputs"])
        self._arrange("unpickled")


def by_symbols(call: Callable[[], Any], known: list[tuple[SymbolicTensor, Any]]) -> Any:
    """What `call` gives, which computes with tensors of a graph, for the values that are known of them."""
    with under(known=None, tape=None):
        outputs = call()
    graph = Graph([tensor for tensor, _ in known], outputs, "gradients", restarts=False)
    return graph.run([value for _, value in known])


def _is_one_in_list(outputs: Any) -> bool:
    return isinstance(outputs, list | tuple) and len(outputs) == 1 and isinstance(outputs[0], SymbolicTensor)


def match(inputs: Any, wanted: Any, model_name: str) -> list[Any]:
    """`inputs` fitted to the symbolic inputs `wanted`: by name where there are names, else by place.

    Raises:
        ValueError: for missing names, another number of inputs, and shapes that do not fit.
    """
    values = placed(inputs, wanted, model_name)
    return [fit(value, tensor, model_name) for value, tensor in zip(values, tree.leaves(wanted), strict=True)]


def placed(inputs: Any, wanted: Any, model_name: str) -> list[Any]:
    """`inputs` in the order of the symbolic inputs `wanted`, as they are."""
    tensors: list[SymbolicTensor] = tree.leaves(wanted)
    names = [input_name(tensor) for tensor in tensors]
    if isinstance(inputs, dict):
        keys = tree.leaves(_keys(wanted)) if isinstance(wanted, dict) else names
        missing = [key for key in keys if key not in inputs]
        if missing and not (isinstance(wanted, dict) and tree.structure(wanted) == tree.structure(inputs)):
            raise ValueError(
                f"Model `{model_name}` takes the inputs {keys}. "
                f"Received: a dictionary without {missing} (its keys: {list(inputs)})."
            )
        values = (
            tree.leaves({key: inputs[key] for key in wanted})
            if isinstance(wanted, dict)
            else [inputs[key] for key in keys]
        )
    else:
        values = tree.leaves(inputs)
        if isinstance(wanted, dict) and len(values) > 1:
            _warn_of_places(list(wanted), values, model_name)
    if len(values) != len(tensors):
        raise ValueError(
            f"Model `{model_name}` takes {len(tensors)} inputs ({', '.join(names)}). Received: {len(values)}."
        )
    return values


def _warn_of_places(keys: list[str], values: list[Any], model_name: str) -> None:
    """A list where names are expected is taken in their order, if that is the alphabet's too, as in Keras."""
    expected = (
        f"Model `{model_name}` takes its inputs by name: a dictionary with the keys {keys}. "
        f"Received: a list of {len(values)}"
    )
    if len(values) != len(keys) or keys != sorted(keys):
        raise ValueError(f"{expected}.")
    warnings.warn(
        "The structure of `inputs` doesn't match the expected structure. "
        f"{expected}, which is taken in the order of {keys}.",
        stacklevel=2,
    )


class _Reference:
    def __init__(self, node: int, output: int):
        self.node, self.output = node, output


class _Description:
    def __init__(self, shape: Any, dtype: str, name: str):
        self.shape, self.dtype, self.name = shape, dtype, name


_map = tree.map


class Step(NamedTuple):
    """A node, its arguments flattened once so that running it only fills in the tensors."""

    operation: Any
    leaves: list[Any]
    structure: Any
    places: list[tuple[int, int]]
    outputs: list[int]

    @staticmethod
    def of(node: Node) -> Step:
        leaves, structure = tree.flatten((node.args, node.kwargs))
        places = [(i, id(leaf)) for i, leaf in enumerate(leaves) if isinstance(leaf, SymbolicTensor)]
        return Step(node.operation, leaves, structure, places, [id(t) for t in tree.leaves(node.outputs)])

    def arguments(self, known: dict[int, Any]) -> tuple[Any, Any]:
        leaves = list(self.leaves)
        for place, key in self.places:
            leaves[place] = known[key]
        return tree.unflatten(self.structure, leaves)


def _operation(tensor: SymbolicTensor) -> Any:
    return tensor.node.operation if tensor.node is not None else None


def input_name(tensor: SymbolicTensor) -> str:
    """What an input is called: by its layer, or by itself where nothing has made it."""
    return tensor.name if tensor.node is None else tensor.node.operation.name


def _check_symbolic(value: Any, what: str, name: str, are_made: bool = False) -> None:
    leaves = tree.leaves(value)
    if (are_made and not leaves) or any(
        not isinstance(leaf, SymbolicTensor) or (are_made and leaf.node is None) for leaf in leaves
    ):
        raise ValueError(
            f"`{what}` of model `{name}` must be made from `Input` tensors by calling layers. "
            f"Received: {what}={brief(value)}."
        )


def _order(inputs: list[SymbolicTensor], outputs: list[SymbolicTensor], name: str) -> tuple[list[Node], list[Any]]:
    """The nodes in an order in which they can run, and their operations by distance from the outputs, farthest first.

    Operations at the same distance stand in the order in which a walk from the outputs first meets them. Files count
    layers in this order.
    """
    ends = {id(tensor) for tensor in inputs}
    met: dict[int, int] = {}
    nodes: list[Node] = []
    done: set[int] = set()
    waiting: list[tuple[Node, bool]] = [(t.node, False) for t in reversed(outputs) if t.node is not None]
    while waiting:
        node, is_finished = waiting.pop()
        if is_finished:
            nodes.append(node)
            continue
        if id(node) in done:
            continue
        done.add(id(node))
        met.setdefault(id(node.operation), len(met))
        waiting.append((node, True))
        if any(id(tensor) in ends for tensor in tree.leaves(node.outputs)):
            continue
        if isinstance(node.operation, InputLayer) and not node.args:
            raise ValueError(
                f"An output of model `{name}` depends on the input `{node.operation.name}`, which is not "
                "among the model's `inputs`."
            )
        waiting.extend((t.node, False) for t in reversed(node.inputs) if t.node is not None and id(t.node) not in done)
    for tensor in inputs:  # inputs that no output needs
        if tensor.node is not None and id(tensor.node) not in done:
            done.add(id(tensor.node))
            met.setdefault(id(tensor.node.operation), len(met))
            nodes.append(tensor.node)
    return nodes, _by_distance(nodes, met, ends)


def _by_distance(nodes: list[Node], met: dict[int, int], ends: set[int]) -> list[Any]:
    node_distance: dict[int, int] = {}
    distance: dict[int, int] = {}
    operations = {id(node.operation): node.operation for node in nodes}
    for node in reversed(nodes):
        key = id(node.operation)
        d = max(node_distance.get(id(node), 0), distance.get(key, 0))
        node_distance[id(node)] = distance[key] = d
        if any(id(tensor) in ends for tensor in tree.leaves(node.outputs)):
            continue
        for tensor in node.inputs:
            node_distance[id(tensor.node)] = max(d + 1, node_distance.get(id(tensor.node), 0))
    return [operations[key] for key in sorted(distance, key=lambda key: (-distance[key], met[key]))]


def _restart(inputs: Any, outputs: Any) -> tuple[Any, Any]:
    """The same computation from new inputs, for a model that starts in the middle of another."""
    fresh = tree.map(
        lambda t: t if isinstance(_operation(t), InputLayer) else Input(batch_shape=t.shape, dtype=t.dtype), inputs
    )
    known = {id(old): new for old, new in zip(tree.leaves(inputs), tree.leaves(fresh), strict=True)}
    nodes, _ = _order(tree.leaves(inputs), tree.leaves(outputs), "model")
    for node in nodes:
        if all(id(tensor) in known for tensor in tree.leaves(node.outputs)):
            continue
        args, kwargs = replaced((node.args, node.kwargs), known)
        results = node.operation(*args, **kwargs)
        known |= {id(old): new for old, new in zip(tree.leaves(node.outputs), tree.leaves(results), strict=True)}
    return fresh, tree.map(lambda t: known[id(t)], outputs)


def replaced(value: Any, known: dict[int, Any]) -> Any:
    """`value` with the symbolic tensors that `known` knows, by `id`, replaced."""
    return tree.map(lambda x: known.get(id(x), x) if isinstance(x, SymbolicTensor) else x, value)


def _keys(structure: dict[str, Any]) -> Any:
    return {key: key for key in structure}


def fit(value: Any, tensor: SymbolicTensor, model_name: str) -> Any:
    """`value` with the rank and dtype of the input `tensor`; an axis of size 1 at the end may be missing or extra."""
    if value is None:
        layer = _operation(tensor)
        if not layer.optional:
            raise ValueError(
                f"Input `{layer.name}` of model `{model_name}` must be given: it is not `optional`. Received: None."
            )
        return value
    if isinstance(value, Taped) and engine.dtype_name(value.value) != tensor.dtype:
        value = ops.cast(value, tensor.dtype)  # which the tape keeps
    if symbolic.is_symbolic(value) or isinstance(value, Taped):
        shape = tuple(value.shape)
        if not is_squeezable(shape, tensor.shape):
            check_shape(shape, tensor.shape, input_name(tensor), model_name)
        return value
    if not engine.is_tensor(value) or engine.dtype_name(value) != tensor.dtype:
        value = tensor_metadata.carry(lambda x: engine.cast(engine.asarray(x), tensor.dtype), value)
    shape, wanted = tuple(value.shape), tensor.shape
    if len(shape) == len(wanted) - 1 and wanted[-1] == 1:
        value = tensor_metadata.carry(lambda x: engine.reshape(x, (*shape, 1)), value, keeps_axes=False)
    elif len(shape) == len(wanted) + 1 and shape[-1] == 1:
        value = tensor_metadata.carry(lambda x: engine.reshape(x, shape[:-1]), value, keeps_axes=False)
    check_shape(tuple(value.shape), wanted, input_name(tensor), model_name)
    return value
