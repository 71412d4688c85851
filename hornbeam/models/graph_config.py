"""The config of a graph of calls: each layer with its calls, each tensor as `[layer, which call, which output]`."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from hornbeam.core import naming, serialization, symbolic, tree
from hornbeam.core.integers import is_integer
from hornbeam.core.renaming.configs import GIVEN
from hornbeam.core.symbolic import Node, SymbolicTensor
from hornbeam.models import operation_config

History = Callable[[SymbolicTensor], list[Any]]


def serialize_graph(operations: list[Any], inputs: Any, outputs: Any) -> dict[str, Any]:
    """`layers`, `input_layers` and `output_layers` of a functional model's config.

    Calls count from 0 among those between `inputs` and `outputs`; other calls of the same layers do not count.

    Args:
        operations: the layers and functions of the graph, in the model's order.
        inputs: symbolic tensors, alone, in a list or in a dict.
        outputs: likewise.
    """
    inside = _nodes_between(inputs, outputs)
    starts = {id(tensor.node) for tensor in tree.leaves(inputs)}
    calls = {id(op): [node for node in op.inbound_nodes if id(node) in inside] for op in operations}
    places = {id(node): i for nodes in calls.values() for i, node in enumerate(nodes)}

    def history(tensor: SymbolicTensor) -> list[Any]:
        if tensor.node is None or id(tensor.node) not in places:
            raise ValueError(f"{tensor} takes part in the model's graph but was not made by one of its layers.")
        return [tensor.node.operation.name, places[id(tensor.node)], tensor.index]

    def end(tensor: SymbolicTensor) -> list[Any]:
        name, place, index = history(tensor)
        return [name, place + _first_place(tensor.node.operation), index]  # type: ignore[union-attr]

    return {
        "layers": [_serialize_calls(op, calls[id(op)], starts, history) for op in operations],
        "input_layers": _map_ends(end, inputs),
        "output_layers": _map_ends(end, outputs),
    }


def _nodes_between(inputs: Any, outputs: Any) -> set[int]:
    """The calls that lead from `inputs` to `outputs`, by `id`."""
    starts = {id(tensor) for tensor in tree.leaves(inputs)}
    found = {id(tensor.node): tensor.node for tensor in tree.leaves(inputs) if tensor.node is not None}
    waiting = [tensor for tensor in tree.leaves(outputs) if id(tensor) not in starts]
    while waiting:
        node = waiting.pop().node
        if node is not None and id(node) not in found:
            found[id(node)] = node
            waiting.extend(tensor for tensor in node.inputs if id(tensor) not in starts)
    return set(found)


def _serialize_calls(operation: Any, nodes: list[Node], starts: set[int], history: History) -> dict[str, Any]:
    is_function = isinstance(operation, symbolic.Operation)
    serialize = operation_config.serialize_operation if is_function else serialization.serialize_object
    calls = []
    for node in nodes:
        if node.inputs and id(node) not in starts:
            args = operation_config.call_arguments(node) if is_function else list(node.args)
            kwargs = {} if is_function else node.kwargs
            call = {"args": _serialize_argument(args, history), "kwargs": _serialize_argument(kwargs, history)}
            calls.append(call | ({GIVEN: ["training"]} if _has_usual_flag(operation, kwargs) else {}))
    return serialize(operation) | {"name": operation.name, "inbound_nodes": calls}


def _serialize_argument(value: Any, history: History) -> Any:
    if isinstance(value, SymbolicTensor):
        config = {"shape": list(value.shape), "dtype": value.dtype, "keras_history": history(value)}
        return {"class_name": "__keras_tensor__", "config": config}
    if isinstance(value, list | tuple):
        return [_serialize_argument(item, history) for item in value]
    if isinstance(value, dict):
        return {key: _serialize_argument(item, history) for key, item in value.items()}
    return serialization.serialize(value)


def _has_usual_flag(operation: Any, kwargs: dict[str, Any]) -> bool:
    """Whether `training` in a call is the default of the layer's `call`: Keras writes that of itself."""
    signature = getattr(type(operation), "__hornbeam_call__", None)
    flag = kwargs.get("training")
    return flag is not None and signature is not None and flag is signature.training_in_files


def _first_place(operation: Any) -> int:
    """Where a model's ends start to count calls: a functional model inside another one starts at 1, as in Keras."""
    return getattr(type(operation), "first_place", 0)


def _map_ends(fn: Callable[[Any], Any], ends: Any) -> Any:
    if isinstance(ends, dict):
        return {key: _map_ends(fn, end) for key, end in ends.items()}
    if isinstance(ends, list | tuple) and not _is_history(ends):
        mapped = [_map_ends(fn, end) for end in ends]
        return tuple(mapped) if isinstance(ends, tuple) else mapped  # which JSON does not tell apart
    return fn(ends)


def _is_history(value: Any) -> bool:
    """Whether `value` is `[name, which call, which output]`."""
    if not isinstance(value, list | tuple) or len(value) != 3 or not isinstance(value[0], str):
        return False
    return all(is_integer(i, 0) for i in value[1:])


def rebuild_graph(
    config: dict[str, Any], custom_objects: dict[str, Any] | None = None
) -> tuple[Any, Any, dict[str, Any]]:
    """The inputs, the outputs, and the layers by name of a functional model's config.

    Raises:
        ValueError: for a config that is not complete, contradicts itself or names what Hornbeam does not have.
    """
    with serialization.custom_object_scope(custom_objects or {}):
        graph = _Rebuilt(config)
        return graph.ends("input_layers"), graph.ends("output_layers"), graph.layers


class _Rebuilt:
    """A graph in the making: a layer's calls are made in their order, as soon as the tensors that they take exist."""

    def __init__(self, config: dict[str, Any]):
        self.config = config
        self.layers: dict[str, Any] = {}
        self.made: dict[tuple[str, int], list[Any]] = {}
        self.calls: dict[str, deque[Any]] = {}
        self.waiting: dict[tuple[str, int], list[str]] = {}
        for entry in _list(config.get("layers"), "`layers` of a functional model"):
            self._add(entry)
        ready = deque(self.calls)
        while ready:
            ready.extend(self._make_calls(ready.popleft()))
        if self.waiting:
            name, place = min(self.waiting)
            raise ValueError(f"The graph takes an output of call {place} of layer `{name}`, which nothing in it makes.")

    def _add(self, entry: Any) -> None:
        if not isinstance(entry, dict):
            raise ValueError(f"Each of the `layers` of a functional model must be a dictionary. Received: {entry!r}.")
        inner = entry.get("config")
        name = entry.get("name") or (inner.get("name") if isinstance(inner, dict) else None)
        name = naming.check_name(name, "a layer of a functional model")
        if name in self.layers:
            raise ValueError(f"Layers of a model must have different names. Received: {name!r} twice.")
        calls = _list(entry.get("inbound_nodes", []), f"`inbound_nodes` of layer `{name}`")
        layer: Any = operation_config.find_operation(entry) or serialization.deserialize(entry)
        if not callable(layer):
            raise ValueError(f"`{name}` of a functional model must be a layer. Received: {layer!r}.")
        self.layers[name] = layer
        if calls:
            self.calls[name] = deque(enumerate(calls))
        elif getattr(layer, "inbound_nodes", None):  # an `InputLayer` comes with its tensor
            self.made[name, 0] = tree.leaves(layer.inbound_nodes[0].outputs)

    def _make_calls(self, name: str) -> list[str]:
        """Make what calls of a layer can be made; returns the layers that waited for their outputs."""
        freed: list[str] = []
        calls = self.calls[name]
        while calls:
            place, call = calls[0]
            args, kwargs = _parts(name, call)
            if GIVEN not in call and _has_usual_flag(self.layers[name], kwargs):
                kwargs = {key: value for key, value in kwargs.items() if key != "training"}
            missing = self._missing((args, kwargs))
            if missing is not None:
                self.waiting.setdefault(missing, []).append(name)
                break
            calls.popleft()
            self.made[name, place] = self._call(name, self._argument(args), self._argument(kwargs))
            freed += self.waiting.pop((name, place), [])
        return freed

    def _call(self, name: str, args: list[Any], kwargs: dict[str, Any]) -> list[Any]:
        if not symbolic.is_symbolic(args, kwargs):
            raise ValueError(f"A call of layer `{name}` must take a tensor of the graph. Received: {args}, {kwargs}.")
        try:
            return tree.leaves(self.layers[name](*args, **kwargs))
        except (TypeError, LookupError, AttributeError, ArithmeticError) as error:
            raise ValueError(f"Layer `{name}` cannot be called as its config says: {error}") from error

    def _missing(self, value: Any) -> tuple[str, int] | None:
        """The first call whose outputs `value` refers to and which was not made yet."""
        for key in _references(value):
            if key not in self.made:
                return key
        return None

    def _argument(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._argument(item) for item in value]
        if not isinstance(value, dict):
            return value
        if value.get("class_name") == "__keras_tensor__":
            return self.tensor(value["config"]["keras_history"])
        if "class_name" in value and "config" in value:
            return serialization.deserialize(value)
        return {key: self._argument(item) for key, item in value.items()}

    def tensor(self, history: Any) -> Any:
        name, place, index = history
        outputs = self.made.get((name, place), [])
        if index >= len(outputs):
            raise ValueError(f"The graph has no tensor {list(history)}: layer, which call, which output.")
        return outputs[index]

    def ends(self, key: str) -> Any:
        """The inputs or outputs of the model."""

        def find(history: Any) -> Any:
            if not _is_history(history):
                raise ValueError(f"`{key}` must consist of [layer, which call, which output]. Received: {history!r}.")
            name, place, index = history
            return self.tensor([name, place - _first_place(self.layers.get(name)), index])

        found = _map_ends(find, self.config.get(key))
        if not tree.leaves(found):
            raise ValueError(f"A functional model needs `{key}`. Received: {self.config.get(key)!r}.")
        return found


def _parts(name: str, call: Any) -> tuple[list[Any], dict[str, Any]]:
    """The positional and the named arguments of a call."""
    if isinstance(call, dict) and isinstance(call.get("args"), list) and isinstance(call.get("kwargs"), dict):
        return call["args"], call["kwargs"]
    raise ValueError(f"A call of layer `{name}` must be a dictionary with `args` and `kwargs`. Received: {call!r}.")


def _references(value: Any) -> list[tuple[str, int]]:
    if isinstance(value, list | tuple):
        return [key for item in value for key in _references(item)]
    if not isinstance(value, dict):
        return []
    if value.get("class_name") == "__keras_tensor__":
        inner = value.get("config")
        history = inner.get("keras_history") if isinstance(inner, dict) else None
        if history is None or not _is_history(history):
            raise ValueError(f"`keras_history` must be [layer, which call, which output]. Received: {history!r}.")
        return [(history[0], history[1])]
    return [key for item in value.values() for key in _references(item)]


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{what} must be a list. Received: {value!r}.")
    return value
