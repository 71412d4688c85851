"""What a config needs of the user's: unknown classes and functions, and functions that it has as compiled code alone.

The message about them names all of them at once, and ends in a line to paste.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hornbeam.core import registry
from hornbeam.core.registry import UnknownNameError, get_registered_object
from hornbeam.core.stored_code import is_code

_ACTIVATIONS = ("activation", "recurrent_activation")


@contextmanager
def listing_all(config: Any) -> Iterator[None]:
    """Inside `config` is read: the error about the first name that is missing becomes one about all of them."""
    try:
        yield
    except UnknownNameError as error:
        raise UnknownNameError(message(config) or str(error)) from None


def message(config: Any) -> str | None:
    """What is missing, and what to pass; `None` when nothing is."""
    names, lambdas = list(dict.fromkeys(unknown_names(config))), dict(lambdas_of(config))
    if not names and not lambdas:
        return None
    parts = []
    if names:
        what = "the class or function" if len(names) == 1 else "the classes or functions"
        parts.append(f"names {what} {', '.join(f'`{name}`' for name in names)}, unknown to Hornbeam")
    if lambdas:
        what = "a Python lambda" if len(lambdas) == 1 else "Python lambdas"
        placed = ", ".join(f"in layer `{name}` ({place})" for name, place in lambdas.items())
        parts.append(f"holds {what} as compiled code, which Hornbeam never runs: {placed}")
    register = ", or register it with `hornbeam.saving.register_keras_serializable()` before" if names else ""
    fix = f"`{_line(names, list(lambdas))}`{register}.{registry.misspelt(*names)}"
    return f"The config {', and '.join(parts)}. Pass what is yours: {fix}"


def _line(names: list[str], lambdas: list[str]) -> str:
    plain = [name.rpartition(">")[2] for name in names]
    pairs = [f"{name!r}: {name if name.isidentifier() else '...'}" for name in dict.fromkeys(plain)]
    functions = [f"{name!r}: f{i if lambdas[1:] else ''}" for i, name in enumerate(lambdas, 1)]
    return f"custom_objects={{{', '.join([*pairs, *functions])}}}"


def unknown_names(config: Any) -> Iterator[str]:
    """The names anywhere in `config`, but for what it was compiled with, that stand for nothing here."""
    if isinstance(config, list):
        for item in config:
            yield from unknown_names(item)
    if not isinstance(config, dict):
        return
    class_name, inner, module = config.get("class_name"), config.get("config"), config.get("module")
    is_object = isinstance(class_name, str) and isinstance(inner, dict) and not class_name.startswith("__")
    try:
        if class_name == "function":
            registry.find_function(inner, None)
        elif is_object and not str(module).startswith("keras.src.ops."):
            registry.find_class(module, str(class_name), config.get("registered_name"), None)
    except UnknownNameError:
        yield str(inner if class_name == "function" else class_name)
    except ValueError:
        pass
    for key, item in config.items():
        if key in _ACTIVATIONS and isinstance(item, str) and not _is_activation(item):
            yield item
        elif key != "compile_config":
            yield from unknown_names(item)


def _is_activation(name: str) -> bool:
    return get_registered_object(name) is not None or registry.public_name("keras.activations", name) is not None


def lambdas_of(config: Any, model: str = "", before: str = "") -> Iterator[tuple[str, str]]:
    """The names of layers whose function is compiled code, with their places in the graph."""
    inner = config.get("config") if isinstance(config, dict) else None
    if isinstance(inner, dict):
        name = str(inner.get("name"))
        if any(is_code(key, value) for key, value in inner.items()) and not callable(get_registered_object(name)):
            yield name, ", ".join(filter(None, [before, model])) or "alone"
        model = f"in `{name}`" if "layers" in inner else model
    layers = inner if isinstance(inner, list) else inner.get("layers") if isinstance(inner, dict) else None
    if isinstance(layers, list):
        yield from _inside(layers, model)
    for key in ("layer", "cell", "backward_layer"):
        if isinstance(inner, dict) and isinstance(inner.get(key), dict):
            yield from lambdas_of(inner[key], f"inside `{inner.get('name')}`")


def _inside(layers: list[Any], model: str) -> Iterator[tuple[str, str]]:
    above = ""
    for layer in layers:
        if isinstance(layer, dict):
            after = list(dict.fromkeys(sources(layer.get("inbound_nodes")))) or [above] * bool(above)
            yield from lambdas_of(layer, model, f"after {', '.join(f'`{one}`' for one in after)}" if after else "")
            arguments = layer.get("config")
            above = str(arguments.get("name")) if isinstance(arguments, dict) else ""


def sources(value: Any) -> Iterator[str]:
    """The layers that a layer is called on, by its `inbound_nodes` as any version writes them."""
    if isinstance(value, dict):
        history = value.get("keras_history")
        if isinstance(history, list) and history and isinstance(history[0], str):
            yield history[0]
        for key, item in value.items():
            if key != "keras_history":
                yield from sources(item)
    elif isinstance(value, list):
        if len(value) >= 3 and isinstance(value[0], str) and isinstance(value[1], int):
            yield value[0]
        else:
            for item in value:
                yield from sources(item)
