"""Objects to configs and back: `{"module", "class_name", "config", "registered_name"}`.

Reading trusts nothing: a name in a config selects among the public classes of Hornbeam and those that the user
registered or passed as `custom_objects`. No function is called with arguments from a file, and no code is in one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import dtypes, registry, stored_code
from hornbeam.core.allowance import allowing_config
from hornbeam.core.misfits import checking, compile_as
from hornbeam.core.missing import listing_all
from hornbeam.core.registry import (
    CustomObjectScope,
    UnknownNameError,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    is_builtin,
    name_of,
    public_names,
    register_keras_serializable,
    unknown,
)
from hornbeam.core.renaming.arguments import takes_old_arguments
from hornbeam.core.running import running, under
from hornbeam.core.stored_code import NO_LAMBDA, without_lambdas
from hornbeam.core.tracebacks import WrongArgumentsError

__all__ = [
    "CustomObjectScope",
    "UnknownNameError",
    "checking",
    "custom_object_scope",
    "deserialize",
    "deserialize_keras_object",
    "deserialize_nested",
    "deserialize_whole",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "is_builtin",
    "name_of",
    "public_names",
    "register_keras_serializable",
    "serialize",
    "serialize_argument",
    "serialize_keras_object",
    "serialize_object",
    "serialize_whole",
]


class NoConfigError(WrongArgumentsError, NotImplementedError):
    """There is no config for a value, or for an object that was made with it."""


def serialize(value: Any) -> Any:
    """`value` in a form that JSON can hold."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dict):
        return {key: serialize(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [serialize(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.dtype):
        return value.name
    if isinstance(value, type) and issubclass(value, np.generic):
        return np.dtype(value).name
    if isinstance(value, np.ndarray):
        return {"class_name": "__numpy__", "config": {"value": value.tolist(), "dtype": value.dtype.name}}
    if isinstance(value, bytes):
        return {"class_name": "__bytes__", "config": {"value": value.decode("latin-1")}}
    if isinstance(value, slice):
        parts = {"start": value.start, "stop": value.stop, "step": value.step}
        return {"class_name": "__slice__", "config": serialize(parts)}
    if value is Ellipsis:
        return {"class_name": "__ellipsis__", "config": {}}
    if hasattr(value, "__config_value__"):
        return value.__config_value__()
    if hasattr(value, "get_config") and not isinstance(value, type):
        return serialize_object(value)
    if callable(value) and not isinstance(value, type):
        return _serialize_function(value)
    if engine.is_tensor(value):
        array = engine.to_numpy(value)
        return {"class_name": "__tensor__", "config": {"value": array.tolist(), "dtype": array.dtype.name}}
    raise NoConfigError(
        "A config can hold numbers, strings, arrays, lists, dicts, named functions and objects with `get_config`. "
        f"Received: {value!r}."
    )


def serialize_argument(value: Any) -> Any:
    """Like `serialize`, for what a constructor was given: a tuple, which is a list in a file, stays one."""
    if isinstance(value, list | tuple):
        items = [serialize_argument(item) for item in value]
        return tuple(items) if isinstance(value, tuple) else items
    if isinstance(value, dict):
        return {key: serialize_argument(item) for key, item in value.items()}
    return serialize(value)


def serialize_object(obj: Any) -> dict[str, Any]:
    """The config of an object that has `get_config`, with the names that find its class again."""
    cls = type(obj)
    config: dict[str, Any] = {
        "module": None,
        "class_name": cls.__name__,
        "config": serialize_argument(obj.get_config()),
    }
    if is_builtin(cls):
        config["class_name"] = getattr(cls, "name_in_files", cls.__name__)
        config["module"] = cls.api_module
        config["registered_name"] = getattr(cls, "registered_name", None)
    else:
        config["module"] = None if cls.__module__ == "__main__" else cls.__module__
        config["registered_name"] = get_registered_name(cls)
    if running.written is not None:
        number, _ = running.written.setdefault(id(obj), (1 + len(running.written), obj))
        config["shared_object_id"] = number
    build_config = cls.get_build_config(obj) if hasattr(cls, "get_build_config") else None
    if build_config:
        config["build_config"] = serialize(build_config)
    compile_config = cls.get_compile_config(obj) if hasattr(cls, "get_compile_config") else None
    if compile_config is not None:
        config["compile_config"] = serialize(compile_config)
    return config


def serialize_whole(obj: Any) -> dict[str, Any]:
    """Like `serialize_object`, but an object that occurs several times is marked, so that it is one object again."""
    with under(written={}):
        config = serialize_object(obj)
    counts = Counter(part["shared_object_id"] for part in _configs(config))
    for part in _configs(config):
        if counts[part["shared_object_id"]] == 1:
            del part["shared_object_id"]
    return config


def _configs(value: Any) -> Iterator[dict[str, Any]]:
    """The configs in a nested structure that are numbered."""
    if isinstance(value, dict):
        if "class_name" in value and "shared_object_id" in value:
            yield value
        for item in list(value.values()):
            yield from _configs(item)
    elif isinstance(value, list):
        for item in value:
            yield from _configs(item)


def _serialize_function(fn: Any) -> Any:
    if (name := name_of(fn)) is not None:
        return name
    if getattr(fn, "__name__", "<lambda>") == "<lambda>":
        if stored_code.remembered is not None:
            return {"class_name": "__lambda__", "config": stored_code.remember(fn)}
        raise ValueError(
            f"A lambda cannot be saved: a file would have to carry code. Received: {fn!r}. Define it with `def`, "
            "at the top of a module, and register it with `hornbeam.saving.register_keras_serializable()`."
        )
    name = get_registered_name(fn)
    config = {"module": "builtins", "class_name": "function", "config": name, "registered_name": "function"}
    return config if stored_code.remembered is None else config | {"here": stored_code.remember(fn)}


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None, kind: str | None = None) -> Any:
    """The object that `config` describes; what is no config is returned as it is.

    Args:
        config: what `serialize` gave.
        custom_objects: names of classes and functions that are not registered.
        kind: a public module such as "keras.losses" where plain names are looked up.

    Raises:
        ValueError: for a malformed config, or a class that is unknown here.
    """
    if custom_objects:
        with custom_object_scope(custom_objects):
            return deserialize(config, kind=kind)
    if isinstance(config, str) and kind is not None:
        return registry.find(kind, config)
    if isinstance(config, list):
        return [deserialize(item, kind=kind) for item in config]
    if not isinstance(config, dict):
        return config
    if "class_name" not in config or "config" not in config:
        return {key: deserialize(item, kind=kind) for key, item in config.items()}
    class_name, inner = config["class_name"], config["config"]
    if not isinstance(class_name, str):
        raise ValueError(f"`class_name` of a config must be a string. Received: {class_name!r}.")
    if class_name in _SPECIAL:
        with checking(f"`{class_name}`"):
            return _SPECIAL[class_name](inner)
    if class_name == "function":
        try:
            return registry.find_function(inner, kind)
        except UnknownNameError:
            if (own := stored_code.recall(config.get("here"))) is not None:
                return own
            raise
    if class_name == "__lambda__":
        if (own := stored_code.recall(inner)) is not None:
            return own
        raise UnknownNameError(NO_LAMBDA.format("The config", "{'its name': ...}"))
    if not isinstance(inner, dict):
        raise ValueError(f"The config of a `{class_name}` must be a dictionary. Received: {inner!r}.")
    return _deserialize_object(config, class_name, inner, kind)


def _deserialize_object(config: dict[str, Any], class_name: str, inner: dict[str, Any], kind: str | None) -> Any:
    cls = registry.find_class(config.get("module"), class_name, config.get("registered_name"), kind)
    number = config.get("shared_object_id")
    if running.read is not None and isinstance(number, int) and number in running.read:
        known = running.read[number]
        if type(known) is not cls:
            raise ValueError(f"`shared_object_id` {number} stands for {known!r} and for a `{class_name}`.")
        return known
    with checking(f"`{class_name}`{_named(inner)}"), allowing_config():
        obj = cls.from_config(without_lambdas(inner))
        if class_name != cls.__name__ and not is_builtin(cls) and hasattr(obj, "__hornbeam__"):
            obj.__hornbeam__.class_in_file = class_name
        build_config = config.get("build_config")
        if build_config and hasattr(cls, "build_from_config"):
            cls.build_from_config(obj, build_config)
    if running.read is not None and isinstance(number, int):
        running.read[number] = obj
    return obj


def deserialize_whole(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
    """Like `deserialize`, for what `serialize_whole` gave: an object that occurs several times is one object again.

    Raises:
        ValueError: for a malformed config; when classes or functions are unknown, it lists all of them.
    """
    with custom_object_scope(custom_objects or {}):
        try:
            with under(read={}), listing_all(config):
                return deserialize(config)
        except RecursionError as error:
            raise ValueError("The config is nested too deeply.") from error


def _named(inner: dict[str, Any]) -> str:
    name = inner.get("name")
    return f" (`{name}`)" if isinstance(name, str) else ""


@takes_old_arguments("keras.utils")
def serialize_keras_object(obj: Any) -> Any:
    """The config of an object, a function or a plain value, in a form that JSON can hold.

    >>> import hornbeam
    >>> hornbeam.saving.serialize_keras_object(hornbeam.initializers.Zeros())["class_name"]
    'Zeros'
    """
    return serialize(obj)


@takes_old_arguments("keras.utils")
def deserialize_keras_object(
    config: Any,
    custom_objects: dict[str, Any] | None = None,
    safe_mode: bool = True,
    module_objects: dict[str, Any] | None = None,
    printable_module_name: str = "object",
    **kwargs: Any,
) -> Any:
    """The object that `serialize_keras_object` described; a model that was compiled is so again.

    Args:
        config: what it gave.
        custom_objects: your own classes and functions by the names in the config.
        safe_mode: accepted for compatibility; no setting lets a config run code.
        module_objects: more of them, which `custom_objects` win over.
        printable_module_name, kwargs: accepted for code written for Keras 2.

    Raises:
        ValueError: for a malformed config, or a class that is unknown here.

    >>> import hornbeam
    >>> config = hornbeam.saving.serialize_keras_object(hornbeam.layers.Dense(2))
    >>> hornbeam.saving.deserialize_keras_object(config).units
    2
    """
    objects = (module_objects or {}) | (custom_objects or {})
    with custom_object_scope(objects):
        if isinstance(config, str):
            found = get_registered_object(config)
            if found is None and module_objects:
                raise UnknownNameError(unknown("class or function", config))
            return config if found is None else found  # a string may be a value, as in any config
        with listing_all(config):
            found = deserialize(config)
        compiled = config.get("compile_config") if isinstance(config, dict) else None
        if compiled and hasattr(type(found), "compile_from_config"):
            compile_as(found, compiled, "The model")
        return found


def deserialize_nested(value: Any) -> Any:
    """Like `deserialize`, for a value inside a config: only complete object configs become objects."""
    if isinstance(value, dict) and {"class_name", "config"} <= value.keys():
        return deserialize(value)
    if isinstance(value, list | tuple):
        return type(value)([deserialize_nested(item) for item in value])
    return value


_SPECIAL: dict[str, Callable[[Any], Any]] = {
    "__numpy__": lambda c: np.array(c["value"], dtype=dtypes.numpy_dtype(dtypes.standardize(c["dtype"]))),
    "__tensor__": lambda c: engine.asarray(c["value"], dtypes.standardize(c["dtype"])),
    "__bytes__": lambda c: c["value"].encode("latin-1"),
    "__slice__": lambda c: slice(*(deserialize(c[key]) for key in ("start", "stop", "step"))),
    "__ellipsis__": lambda c: Ellipsis,
    "__tuple__": lambda c: tuple(c),
}
