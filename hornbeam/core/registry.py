"""The names that a config may use: Hornbeam's public classes and functions, and those that the user made known.

A name selects an entry of a table. It never selects a module to import.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from hornbeam.core.names_elsewhere import meant_elsewhere
from hornbeam.core.renaming.names import module_of_today, name_of_today
from hornbeam.core.running import running, under
from hornbeam.core.suggest import hint, question

# Keras's public modules -> the modules here whose public names a config may select.
MODULES = {
    "keras": ("hornbeam.core.policies", "hornbeam.models", "hornbeam.layers", "hornbeam.core.variable"),
    "keras.layers": ("hornbeam.layers",),
    "keras.models": ("hornbeam.models",),
    "keras.src.models.functional": ("hornbeam.models",),
    "keras.src.models.sequential": ("hornbeam.models",),
    "keras.dtype_policies": ("hornbeam.core.policies",),
    "keras.initializers": ("hornbeam.initializers",),
    "keras.regularizers": ("hornbeam.regularizers",),
    "keras.constraints": ("hornbeam.constraints",),
    "keras.activations": ("hornbeam.activations",),
    "keras.losses": ("hornbeam.losses",),
    "keras.metrics": ("hornbeam.metrics",),
    "keras.optimizers": ("hornbeam.optimizers",),
    "keras.optimizers.schedules": ("hornbeam.optimizers.schedules",),
    "keras.distillation": ("hornbeam.distillation",),
    "keras.random": ("hornbeam.random",),
    "keras.utils": ("hornbeam.utils.feature_space",),
    "keras.src.layers.preprocessing.feature_space": ("hornbeam.utils.feature_space", "hornbeam.layers"),
}

# Public functions that are no activation, loss or metric: a file must not name them.
_TOOLS = ("get", "serialize", "deserialize")

_registered: dict[str, Any] = {}
_names: dict[Any, str] = {}


class UnknownNameError(ValueError):
    """A config names a class or function that is neither Hornbeam's nor passed or registered by the user."""


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


def get_registered_object(
    name: str, custom_objects: dict[str, Any] | None = None, module_objects: dict[str, Any] | None = None
) -> Any:
    """The class or function that `name` stands for, or `None`."""
    for table in (*_custom_tables(custom_objects), module_objects or {}):
        if name in table:
            return table[name]
    return None


def get_custom_objects() -> dict[str, Any]:
    """The names that every reading may use, registered ones among them; what is added is known everywhere."""
    return _registered


@contextmanager
def custom_object_scope(custom_objects: dict[str, Any] | None, *more: dict[str, Any] | None) -> Iterator[None]:
    """Inside, configs may also select these objects by their names.

    Args:
        custom_objects: classes and functions by name; `None` for nothing.
        more: the same.

    >>> import hornbeam
    >>> with hornbeam.saving.custom_object_scope({"double": lambda x: 2 * x}):
    ...     layer = hornbeam.layers.Dense(1, activation="double")
    """
    tables = [table for table in (custom_objects, *more) if table is not None]
    for table in tables:
        if not hasattr(table, "items"):
            raise TypeError(
                "`custom_objects` must be a dictionary of classes and functions by name, as in `{'Mine': Mine}`. "
                f"Received: {table!r:.80}."
            )
    merged = {name: value for table in tables for name, value in table.items()}
    with under(custom_objects=(*running.custom_objects, merged)):
        yield


CustomObjectScope = custom_object_scope


def _custom_tables(custom_objects: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    return [*([custom_objects] if custom_objects else []), *reversed(running.custom_objects), _registered]


def name_of(value: Any) -> str | None:
    """The short name of a built-in function ("relu"), or `None`."""
    if inspect.isfunction(value) and value.__module__.startswith("hornbeam."):
        return getattr(value, "__public_name__", value.__name__)
    return None


def is_builtin(cls: Any) -> bool:
    """Whether a class or function is Hornbeam's own."""
    return (getattr(cls, "__module__", None) or "").startswith("hornbeam.")


def public_names(module: str) -> dict[str, Any]:
    """The public classes and functions of one of Keras's modules, as Hornbeam has them."""
    homes = _homes(module)
    return {name: item for home in homes for name in _names_in(home) if (item := _own(home, name)) is not None}


def public_name(module: str, name: str) -> Any:
    """What a name, also an old one, stands for in one of Keras's modules; or `None`."""
    homes = _homes(module)
    for known in (name, name_of_today(module, name)):
        for home in reversed(homes):
            if known in _names_in(home) and (item := _own(home, known)) is not None:
                return item
    return None


def _homes(module: str) -> list[Any]:
    return [importlib.import_module(path) for path in MODULES.get(module, ())]


def _names_in(home: Any) -> Any:
    return getattr(home, "__all__", None) or list(vars(home))


def _own(home: Any, name: str) -> Any:
    """What a module has under a name, if that is public and Hornbeam's own."""
    if name.startswith("_") or name in _TOOLS:
        return None
    item = getattr(home, name)
    return item if (getattr(item, "__module__", None) or "").startswith("hornbeam.") else None


def find(kind: str, name: str) -> Any:
    """What a plain name stands for among the names of a public module such as "keras.losses"."""
    found = get_registered_object(name)
    if found is not None:
        return _fitting(found, name, callable, "class or function")
    found = public_name(kind, name)
    if found is None:
        raise UnknownNameError(unknown("class or function", name))
    return found


def find_custom(*names: Any) -> Any:
    """What the user passed or registered under the first of `names` that is known."""
    for table in _custom_tables():
        for name in names:
            if isinstance(name, str) and name in table:
                return table[name]
    return None


def find_function(name: Any, kind: str | None) -> Any:
    """The function that a config names."""
    if not isinstance(name, str):
        raise ValueError(f"The config of a function must be its name. Received: {name!r}.")
    custom = find_custom(name, name.rpartition(">")[2])
    if custom is not None:
        return _fitting(custom, name, callable, "function")
    kinds = [kind] if kind else ["keras.activations", "keras.losses", "keras.metrics"]
    function = next((found for k in kinds if inspect.isfunction(found := public_name(k, name))), None)
    if function is None:
        function = _registered_without_package(name)
    if function is None:
        raise UnknownNameError(unknown("function", name))
    return function


def _registered_without_package(name: str) -> Any:
    """The one function that is registered under a name in some package: files of Keras 3.6 name no packages."""
    found = [item for key, item in _registered.items() if key.endswith(f">{name}") and inspect.isfunction(item)]
    return found[0] if len(found) == 1 else None


_AMONG_LAYERS = ["keras.layers", "keras"]  # models are layers as well


def find_class(module: Any, class_name: str, registered_name: Any, kind: str | None) -> Any:
    """The class that a config names: what the user passed or registered under the name, else Hornbeam's own."""
    for key, value in (("module", module), ("registered_name", registered_name)):
        if value is not None and not isinstance(value, str):
            raise ValueError(f"`{key}` of the config of a `{class_name}` must be a string. Received: {value!r}.")
    module = module_of_today(module) if isinstance(module, str) and module not in MODULES else module
    plain = (registered_name or class_name).rpartition(">")[2]
    custom = find_custom(registered_name, class_name, plain)
    if module in MODULES and registered_name not in (None, "", class_name):
        raise ValueError(f"The config says that a `{class_name}` of `{module}` is registered as {registered_name!r}.")
    if custom is not None and not (module in MODULES and _makes_modules(custom)):
        return _fitting(custom, class_name, _is_class, "class that has `from_config`")
    if module in MODULES:
        places = [module]
    else:
        places = [] if module is not None else _AMONG_LAYERS if kind in (None, "keras.layers") else [kind]
    for place in places:
        if _is_class(cls := public_name(place, class_name)):
            return cls
    raise UnknownNameError(unknown("class", class_name))


def _is_class(value: Any) -> bool:
    return inspect.isclass(value) and hasattr(value, "from_config")


def _makes_modules(value: Any) -> bool:
    """Whether it may make the module of PyTorch that a layer of the same file wraps, and that has the same name."""
    return inspect.isfunction(value) or (inspect.isclass(value) and hasattr(value, "forward"))


def _fitting(custom: Any, name: str, fits: Callable[[Any], bool], what: str) -> Any:
    """What the user passed under a name, if it can be what the config has there."""
    if not fits(custom):
        raise ValueError(f"`custom_objects[{name!r}]` must be a {what}, as the config names one. Received: {custom!r}.")
    return custom


def unknown(what: str, *names: str) -> str:
    """The message about names that stand for nothing here."""
    listed = ", ".join(f"`{name}`" for name in names)
    plain = [name.rpartition(">")[2] for name in names]
    passed = ", ".join(f"{name!r}: {name if name.isidentifier() else '...'}" for name in plain)
    return (
        f"The config names the {what} {listed}, unknown to Hornbeam. Pass what is yours: "
        f"`custom_objects={{{passed}}}`, or register it with `hornbeam.saving.register_keras_serializable()` before."
        f"{misspelt(*names)}"
    )


def misspelt(*names: str) -> str:
    """A sentence with the layers that one unknown name is nearly that of, or nothing."""
    if len(names) != 1:
        return ""
    layers = public_names("keras.layers")
    return question(meant_elsewhere("keras.layers", names[0])) or hint(names[0], layers, likeness=0.8)
