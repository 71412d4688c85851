"""Functions of `ops` in the config of a graph: as the Keras class of the same meaning, with its settings, and back.

Keras keeps a class per operation: tensors are arguments of its call, everything else are its settings. The table says
which settings each operation has; reading accepts what it lists and nothing else.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from hornbeam import ops
from hornbeam.core import dtypes, naming, serialization, symbolic, tree
from hornbeam.layers.base.closures import Closed
from hornbeam.models.operation_table import CLASS_NAMES, OPERATIONS

_PREFIX = "keras.src.ops."


class _Entry(NamedTuple):
    name: str
    module: str
    class_name: str
    settings: tuple[str, ...]

    @property
    def function(self) -> Callable[..., Any] | None:
        """The operation here, or `None` where Hornbeam has none."""
        home = getattr(ops, "image", None) if self.module == "image" else ops
        return getattr(home, self.name, None)


@cache
def entries() -> tuple[_Entry, ...]:
    """Every operation that a file may name; where two share a class, the one with the class's own name first."""
    found = [
        _Entry(name, module, CLASS_NAMES.get(name) or _camel_case(name), tuple(settings.split()))
        for module, groups in OPERATIONS.items()
        for settings, names in groups.items()
        for name in names.split()
    ]
    return tuple(sorted(found, key=lambda entry: entry.class_name != _camel_case(entry.name)))


@cache
def _by_class() -> dict[tuple[str, str], _Entry]:
    return {(entry.module, entry.class_name): entry for entry in reversed(entries())}


@cache
def _by_function() -> dict[Any, _Entry]:
    return {entry.function: entry for entry in reversed(entries()) if entry.function is not None}


def _camel_case(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def serialize_operation(operation: symbolic.Operation) -> dict[str, Any]:
    """The config of a function that a graph calls, with the settings of its (only) call.

    Raises:
        ValueError: for a function that files have no name for, and for a setting that is computed in the graph.
    """
    entry = _entry_of(operation)
    settings = {name: value for name, value in _arguments(operation.inbound_nodes[0]).items() if name in entry.settings}
    for name, value in settings.items():
        if symbolic.is_symbolic(value):
            raise ValueError(
                f"`{name}` of operation `{operation.name}` is computed by the model, and a file can hold constants "
                "only there. Move the call into a layer of your own."
            )
        if name == "dtype" and value is not None:
            settings[name] = dtypes.standardize(value)
    return {
        "module": _PREFIX + entry.module,
        "class_name": entry.class_name,
        "config": {"name": operation.name} | serialization.serialize(settings),
        "registered_name": entry.class_name,
    }


def call_arguments(node: symbolic.Node) -> list[Any]:
    """The arguments of a call that are not settings."""
    entry = _entry_of(node.operation)
    signature = inspect.signature(node.operation.function)
    args: list[Any] = []
    arguments = {name: value for name, value in _arguments(node).items() if name not in entry.settings}
    given = inspect.signature(node.operation.function).bind(*node.args, **node.kwargs).arguments
    last = max((i for i, name in enumerate(arguments) if name in given), default=-1)
    for name, value in list(arguments.items())[: last + 1]:
        kind = signature.parameters[name].kind
        if kind is inspect.Parameter.VAR_POSITIONAL:
            args.extend(value)
        elif kind is not inspect.Parameter.VAR_KEYWORD:
            args.append(value)
    if entry.name == "get_item" and isinstance(args[1], list):
        args[1] = np.asarray(args[1])  # a list in a file is a tuple: one index per axis
    return args


def _entry_of(operation: symbolic.Operation) -> _Entry:
    if isinstance(operation, Closed):
        raise ValueError(
            f"The code of layer `{operation.name}` computes with tensors of the graph that it is not called on, which "
            "a file has no place for: call it on all of them, `layer([x, other])`, or save the weights alone."
        )
    entry = _by_function().get(operation.function)
    if entry is None:
        raise ValueError(
            f"The model calls `{operation.function.__name__}`, which files have no name for. Move the call into a "
            "layer of your own."
        )
    return entry


def _arguments(node: symbolic.Node) -> dict[str, Any]:
    """The arguments of a call by name."""
    bound = inspect.signature(node.operation.function).bind(*node.args, **node.kwargs)
    bound.apply_defaults()
    return bound.arguments


def _module_of(class_name: str) -> str | None:
    """Keras's module of the operation with a class of this name, unless the user has such a class."""
    if serialization.get_registered_object(class_name) is not None:
        return None
    return next((_PREFIX + entry.module for entry in entries() if entry.class_name == class_name), None)


def find_operation(config: dict[str, Any]) -> Callable[..., Any] | None:
    """What to call for a config that `serialize_operation` (or Keras) made; `None` for the config of a layer.

    Raises:
        ValueError: for an operation that Hornbeam does not have, and for a setting that the operation does not have.
    """
    module, class_name, inner = config.get("module"), config.get("class_name"), config.get("config")
    if module is None and isinstance(class_name, str) and isinstance(inner, dict) and "trainable" not in inner:
        module = _module_of(class_name)  # Keras's `.h5` leaves it out; a layer says whether it is trainable
    if not isinstance(module, str) or not module.startswith(_PREFIX):
        return None
    entry = _by_class().get((module.removeprefix(_PREFIX), class_name)) if isinstance(class_name, str) else None
    function = entry and entry.function
    if entry is None or function is None:
        raise ValueError(f"The config names the operation `{class_name}` of `{module}`, which Hornbeam does not have.")
    if not isinstance(inner, dict):
        raise ValueError(f"The config of operation `{class_name}` must be a dictionary. Received: {inner!r}.")
    name = inner.get("name")
    if name is not None:
        naming.check_name(name, f"operation `{class_name}`")
    known = {key: serialization.deserialize_nested(inner[key]) for key in entry.settings if key in inner}
    others = {key: value for key, value in inner.items() if key not in ("name", *entry.settings)}
    unknown = {key: value for key, value in others.items() if value is not None and value is not False}
    if unknown:
        raise ValueError(f"Operation `{class_name}` has the settings {list(entry.settings)}. Received: {unknown}.")

    def apply(*args: Any, **kwargs: Any) -> Any:
        outputs = _apply(entry, function, known, args, kwargs)
        _rename(outputs, (args, kwargs), name)
        return outputs

    return apply


def _apply(
    entry: _Entry, function: Callable[..., Any], settings: dict[str, Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    if entry.name == "get_item" and len(args) > 1 and isinstance(args[1], list):
        args = (args[0], tuple(args[1]))
    signature = inspect.signature(function)
    accepted = signature.parameters
    arguments = {key: value for key, value in settings.items() if key in accepted or value is not None} | kwargs
    rest = list(args)
    for parameter in accepted.values():
        if not rest or parameter.name in entry.settings or parameter.name in kwargs:
            continue
        if parameter.kind is parameter.VAR_POSITIONAL:
            arguments[parameter.name], rest = tuple(rest), []
        elif parameter.kind is not parameter.VAR_KEYWORD:
            arguments[parameter.name] = rest.pop(0)
    if rest or any(key not in accepted for key in arguments):
        raise ValueError(f"Operation `{entry.name}` takes {signature}. Received: {[*arguments, *rest]}.")
    bound = inspect.BoundArguments(signature, {key: arguments[key] for key in accepted if key in arguments})
    return function(*bound.args, **bound.kwargs)


def _rename(outputs: Any, inputs: Any, name: str | None) -> None:
    """Give the call that made `outputs` the name that it has in the file."""
    older = {id(leaf.node) for leaf in tree.leaves(inputs) if isinstance(leaf, symbolic.SymbolicTensor)}
    for leaf in tree.leaves(outputs):
        node = getattr(leaf, "node", None)
        if name is not None and node is not None and id(node) not in older:
            node.operation.name = name
