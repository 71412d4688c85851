"""Layers that tf.keras made of TensorFlow's operations become Keras 3's operations: as data, from a table."""

from __future__ import annotations

from typing import Any, NamedTuple

from hornbeam.core import registry
from hornbeam.core.old_names.tf_operations import DEFAULTS, DTYPES, EARLIER, FUNCTIONS, LEFT_OUT, MODULE, NODES


class _Function(NamedTuple):
    operation: str  # "module.Class"
    tensors: tuple[str, ...]
    settings: dict[str, str]


class _Node(NamedTuple):
    operation: str
    constants: dict[str, int]
    attributes: dict[str, str]
    is_list: bool


CONSTANT = "_CONSTANT_VALUE"  # stands where a tensor would, before a value
_OF_FUNCTIONS = ("TFOpLambda", "SlicingOpLambda")
_OF_NODES = "TensorFlowOpLayer"


def operation_of_today(entry: dict[str, Any]) -> dict[str, Any]:
    """A layer of a graph, whose calls are in today's form: any but TensorFlow's operations is given back as it is.

    Raises:
        ValueError: for an operation without a counterpart.
    """
    name = entry.get("class_name")
    if name not in (*_OF_FUNCTIONS, _OF_NODES) or registry.get_registered_object(str(name)) is not None:
        return entry
    convert = _from_node if name == _OF_NODES else _from_function
    return convert(entry, entry.get("config") or {}, [_parts(call) for call in entry.get("inbound_nodes") or []])


def _parts(call: Any) -> tuple[list[Any], dict[str, Any]]:
    call = call if isinstance(call, dict) else {}
    return list(call.get("args") or []), dict(call.get("kwargs") or {})


def _from_function(entry: dict[str, Any], config: dict[str, Any], calls: list[Any]) -> dict[str, Any]:
    function = str(config.get("function")).removeprefix(MODULE).removeprefix(EARLIER)
    if function not in FUNCTIONS:
        raise _unknown(entry, MODULE + function)
    row = _Function(*FUNCTIONS[function])
    settings: dict[str, Any] = dict(DEFAULTS.get(function, {}))
    nodes: list[Any] = []
    for args, kwargs in calls:
        settings |= {new: kwargs.pop(old) for new, old in row.settings.items() if kwargs.get(old) is not None}
        args += [
            _index(kwargs.pop(key)) if key == "slice_spec" else kwargs.pop(key) for key in row.tensors if key in kwargs
        ]
        _refuse(
            entry, MODULE + function, {key: value for key, value in kwargs.items() if key not in row.settings.values()}
        )
        nodes.append({"args": args, "kwargs": {}})
    return _operation(entry, row.operation, settings, nodes)


def _from_node(entry: dict[str, Any], config: dict[str, Any], calls: list[Any]) -> dict[str, Any]:
    node = config.get("node_def")
    if not isinstance(node, dict) or node.get("op") not in NODES:
        raise _unknown(entry, node.get("op") if isinstance(node, dict) else "operation")
    row = _Node(*NODES[node["op"]])
    constants = {int(key): value for key, value in (config.get("constants") or {}).items()}
    nodes: list[Any] = []
    settings: dict[str, Any] = {}
    for args, _ in calls:
        tensors = args[0] if len(args) == 1 and isinstance(args[0], list) else args
        for place, value in sorted(constants.items()):
            tensors.insert(place, value)
        settings = {new: tensors[place] for new, place in row.constants.items() if len(tensors) > place}
        rest = [value for i, value in enumerate(tensors) if i not in {p % len(tensors) for p in row.constants.values()}]
        nodes.append({"args": [rest] if row.is_list else rest, "kwargs": {}})
    attributes = {key: _attribute(value) for key, value in (node.get("attr") or {}).items()}
    settings |= {new: attributes.pop(old) for old, new in row.attributes.items() if old in attributes}
    _refuse(entry, node["op"], attributes)
    return _operation(entry, row.operation, settings, nodes)


def _operation(entry: dict[str, Any], operation: str, settings: dict[str, Any], nodes: list[Any]) -> dict[str, Any]:
    for key, value in settings.items():
        if "__keras_tensor__" in str(value):
            raise ValueError(
                f"Layer `{entry.get('name')}` computes `{key}` of an operation in the model, which a file cannot say: "
                "write the model anew and load its weights with `load_weights`."
            )
    module, _, name = operation.rpartition(".")
    return {
        "module": f"keras.src.ops.{module}",
        "class_name": name,
        "config": {"name": entry.get("name"), **settings},
        "registered_name": name,
        "name": entry.get("name"),
        "inbound_nodes": nodes,
    }


def _index(value: Any) -> Any:
    """What stands in brackets: a dictionary for a slice."""
    if isinstance(value, list):
        return [_index(item) for item in value]
    if isinstance(value, dict) and value.keys() == {"start", "stop", "step"}:
        return {"class_name": "__slice__", "config": value}
    return value


def _attribute(value: Any) -> Any:
    """The value of an attribute of a node, `{"b": true}`."""
    if not isinstance(value, dict):
        return value
    kind, inner = next(iter(value.items()), (None, None))
    if kind == "list" and isinstance(inner, dict):
        numbers: Any = next(iter(inner.values()), [])
        return [int(number) for number in numbers] if isinstance(numbers, list) else None
    if kind == "type":
        return DTYPES.get(str(inner), inner)
    return int(str(inner)) if kind == "i" else inner


def _refuse(entry: dict[str, Any], what: str, arguments: dict[str, Any]) -> None:
    """Raise for an argument that is not understood, unless it changes nothing."""
    rest = {key: value for key, value in arguments.items() if key not in LEFT_OUT and value not in (None, False, [])}
    if rest:
        raise ValueError(
            f"Layer `{entry.get('name')}` calls TensorFlow's `{what}` with {rest}, which has no counterpart here: "
            "write the model anew and load its weights with `load_weights`."
        )


def _unknown(entry: dict[str, Any], what: Any) -> ValueError:
    return ValueError(
        f"Layer `{entry.get('name')}` calls TensorFlow's `{what}`, which has no counterpart here: write the model "
        f"anew, with `hornbeam.ops`, and load its weights with `load_weights`, or pass a layer of your own as "
        f"`custom_objects={{{entry.get('class_name')!r}: ...}}`."
    )
