"""Objects to configs and back: `{"module", "class_name", "config", "registered_name"}`.

Reading trusts nothing: a name in a config selects among the public classes of Hornbeam and those that the user
registered or passed as `custom_objects`. It never selects a module to import, and no function is called with arguments
from a file.
"""

from __future__ import annotations

import importlib
import inspect
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import dtypes

# Keras's public modules -> the modules here whose public names a config may select.
MODULES = {
    "keras": ("hornbeam.core.dtypes", "hornbeam.models", "hornbeam.layers", "hornbeam.core.variable"),
    "keras.layers": ("hornbeam.layers",),
    "keras.models": ("hornbeam.models",),
    "keras.src.models.functional": ("hornbeam.models",),
    "keras.src.models.sequential": ("hornbeam.models",),
    "keras.initializers": ("hornbeam.initializers",),
    "keras.regularizers": ("hornbeam.regularizers",),
    "keras.constraints": ("hornbeam.constraints",),
    "keras.activations": ("hornbeam.activations",),
    "keras.losses": ("hornbeam.losses",),
    "keras.metrics": ("hornbeam.metrics",),
    "keras.optimizers": ("hornbeam.optimizers",),
    "keras.optimizers.schedules": ("hornbeam.optimizers.schedules",),
    "keras.random": ("hornbeam.random",),
}

_registered: dict[str, Any] = {}
_names: dict[Any, str] = {}
_local = threading.local()


def register_keras_serializable(package: str = "Custom", name: str | None = None) -> Callable[[Any], Any]:
    """A decorator that lets files name this class or function, as `package>name`.

    >>> import hornbeam
    >>> @hornbeam.saving.register_keras_serializable("mine")
    ... def double(x):
    ...     return 2 * x
    >>> hornbeam.saving.get_registered_name(double)
    'mine>double'
    """

    def register(target: Any) -> Any:
        key = f"{package}>{name or target.__name__}"
        if inspect.isclass(target) and not hasattr(target, "get_config"):
            raise ValueError(f"Class `{target.__name__}` must define `get_config` to be registered.")
        _registered[key] = target
        _names[target] = key
        return target

    return register


def get_registered_name(obj: Any) -> str:
    """The name that `obj` is registered under, or its own."""
    return _names.get(obj, obj.__name__)


def get_registered_object(name: str, custom_objects: dict[str, Any] | None = None, module_objects: dict[str, Any] | None = None) -> Any:
    """The class or function that `name` stands for, or `None`."""
    for table in (*_custom_tables(custom_objects), _registered, module_objects or {}):
        if name in table:
            return table[name]
    return None


def get_custom_objects() -> dict[str, Any]:
    """The names that every reading may use; add to it to make a class known everywhere."""
    return _global


_global: dict[str, Any] = {}


@contextmanager
def custom_object_scope(objects: dict[str, Any]) -> Iterator[None]:
    """Inside, configs may also select `objects` by their names."""
    stack = _scopes()
    stack.append(dict(objects))
    try:
        yield
    finally:
        stack.pop()


def _scopes() -> list[dict[str, Any]]:
    if not hasattr(_local, "stack"):
        _local.stack = []
    return _local.stack


def _custom_tables(custom_objects: dict[str, Any] | None) -> list[dict[str, Any]]:
    return [*([custom_objects] if custom_objects else []), *reversed(_scopes()), _global]


def name_of(value: Any) -> str | None:
    """The short name of a built-in function ("relu"), or `None`."""
    if inspect.isfunction(value) and value.__module__.startswith("hornbeam."):
        return getattr(value, "__public_name__", value.__name__)
    return None


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
    if isinstance(value, np.ndarray):
        return {"class_name": "__numpy__", "config": {"value": value.tolist(), "dtype": value.dtype.name}}
    if isinstance(value, bytes):
        return {"class_name": "__bytes__", "config": {"value": value.decode("latin-1")}}
    if isinstance(value, slice):
        return {"class_name": "__slice__", "config": {"start": value.start, "stop": value.stop, "step": value.step}}
    if value is Ellipsis:
        return {"class_name": "__ellipsis__", "config": {}}
    if hasattr(value, "__config_value__"):
        return value.__config_value__()
    if hasattr(value, "get_config"):
        return serialize_object(value)
    if callable(value):
        return _serialize_function(value)
    if engine.is_tensor(value):
        array = engine.to_numpy(value)
        return {"class_name": "__tensor__", "config": {"value": array.tolist(), "dtype": array.dtype.name}}
    raise TypeError(f"A config can hold numbers, texts, arrays, lists, dicts and objects with `get_config`. Received: {value!r}.")


def serialize_object(obj: Any) -> dict[str, Any]:
    """The config of an object that has `get_config`, with the names that find its class again."""
    cls = type(obj)
    config = {"module": None, "class_name": cls.__name__, "config": serialize(obj.get_config()), "registered_name": None}
    if is_builtin(cls):
        config["module"] = obj.api_module
        config["registered_name"] = getattr(cls, "registered_name", None)
    else:
        config["module"] = None if cls.__module__ == "__main__" else cls.__module__
        config["registered_name"] = get_registered_name(cls)
    build_config = obj.get_build_config() if hasattr(obj, "get_build_config") else None
    if build_config:
        config["build_config"] = serialize(build_config)
    compile_config = obj.get_compile_config() if hasattr(obj, "get_compile_config") else None
    if compile_config is not None:
        config["compile_config"] = serialize(compile_config)
    return config


def is_builtin(cls: Any) -> bool:
    return (cls.__module__ or "").startswith("hornbeam.")


def _serialize_function(fn: Any) -> Any:
    if (name := name_of(fn)) is not None:
        return name
    if getattr(fn, "__name__", "<lambda>") == "<lambda>":
        raise ValueError(
            f"A lambda cannot be saved: a file would have to carry code. Received: {fn!r}. Define it with `def` at the top of a "
            "module, and register it with `hornbeam.saving.register_keras_serializable()`."
        )
    module = "builtins" if inspect.isfunction(fn) else None
    return {"module": module, "class_name": "function", "config": get_registered_name(fn), "registered_name": "function"}


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
        return _find(kind, config)
    if isinstance(config, list):
        return [deserialize(item, kind=kind) for item in config]
    if not isinstance(config, dict):
        return config
    if "class_name" not in config or "config" not in config:
        return {key: deserialize(item, kind=kind) for key, item in config.items()}
    class_name, inner = config["class_name"], config["config"]
    if not isinstance(class_name, str):
        raise ValueError(f"`class_name` of a config must be a text. Received: {class_name!r}.")
    if class_name in _SPECIAL:
        return _SPECIAL[class_name](inner)
    if class_name == "function":
        return _find_function(inner, kind)
    if class_name == "__lambda__":
        raise ValueError("The config holds a Python lambda as compiled code, which Hornbeam never runs. Pass the function in `custom_objects`.")
    if not isinstance(inner, dict):
        raise ValueError(f"The config of a `{class_name}` must be a dictionary. Received: {inner!r}.")
    cls = _find_class(config.get("module"), class_name, config.get("registered_name"), kind)
    obj = cls.from_config(inner)
    if config.get("build_config") and hasattr(obj, "build_from_config"):
        obj.build_from_config(config["build_config"])
    return obj


def deserialize_nested(value: Any) -> Any:
    """Like `deserialize`, for a value inside a config: only complete object configs become objects."""
    if isinstance(value, dict) and {"class_name", "config"} <= value.keys():
        return deserialize(value)
    if isinstance(value, list):
        return [deserialize_nested(item) for item in value]
    return value


_SPECIAL: dict[str, Callable[[Any], Any]] = {
    "__numpy__": lambda c: np.array(c["value"], dtype=dtypes.numpy_dtype(dtypes.standardize(c["dtype"]))),
    "__tensor__": lambda c: engine.asarray(c["value"], dtypes.standardize(c["dtype"])),
    "__bytes__": lambda c: c["value"].encode("latin-1"),
    "__slice__": lambda c: slice(*(deserialize(c[key]) for key in ("start", "stop", "step"))),
    "__ellipsis__": lambda c: Ellipsis,
    "__tuple__": lambda c: tuple(c),
}


def public_names(module: str) -> dict[str, Any]:
    """The public names of one of Keras's modules, as Hornbeam has them."""
    found: dict[str, Any] = {}
    for path in MODULES.get(module, ()):
        home = importlib.import_module(path)
        found |= {name: getattr(home, name) for name in getattr(home, "__all__", vars(home)) if not name.startswith("_")}
    return found


def _find(kind: str, name: str) -> Any:
    custom = get_registered_object(name)
    return custom if custom is not None else public_names(kind).get(name)


def _find_function(name: Any, kind: str | None) -> Any:
    if not isinstance(name, str):
        raise ValueError(f"The config of a function must be its name. Received: {name!r}.")
    function = get_registered_object(name) or get_registered_object(name.rpartition(">")[2])
    if function is None:
        kinds = [kind] if kind else ["keras.activations", "keras.losses", "keras.metrics"]
        function = next((found for k in kinds if inspect.isfunction(found := public_names(k).get(name))), None)
    if function is None:
        raise ValueError(_unknown("function", name))
    return function


def _find_class(module: Any, class_name: str, registered_name: Any, kind: str | None) -> Any:
    for name in (registered_name, class_name):
        if isinstance(name, str) and inspect.isclass(custom := get_registered_object(name)):
            return custom
    modules = [module] if module in MODULES else ([kind] if kind else []) if module is None else []
    if module is None and not modules:
        modules = ["keras.layers", "keras.models", "keras"]
    for candidate in modules:
        cls = public_names(candidate).get(class_name)
        if inspect.isclass(cls) and hasattr(cls, "from_config"):
            return cls
    raise ValueError(_unknown("class", class_name))


def _unknown(what: str, name: str) -> str:
    return (
        f"The config names the {what} `{name}`, which is not one of Hornbeam's. If it is yours, pass it: "
        f"`custom_objects={{{name!r}: ...}}`, or register it with `hornbeam.saving.register_keras_serializable()`."
    )
