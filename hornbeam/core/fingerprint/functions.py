"""Functions, classes and modules: what is written in them, and what it names."""

from __future__ import annotations

import functools
import importlib.util
import sys
import types
from collections.abc import Hashable, Iterator
from typing import Any

from hornbeam.core.fingerprint.immutable import is_immutable_module, is_installed, root
from hornbeam.core.fingerprint.names import names_in
from hornbeam.core.fingerprint.reading import Reading
from hornbeam.core.fingerprint.watch import items_of_proxy

_UNREAD_OF_CLASSES = frozenset(
    ["__dict__", "__weakref__", "__module__", "__doc__", "__annotations__", "__abstractmethods__", "_abc_impl"]
    + ["__dataclass_fields__", "__dataclass_params__", "__match_args__", "__parameters__", "__orig_bases__"]
    + ["__static_attributes__", "__firstlineno__", "__annotate__", "__annotate_func__", "__annotations_cache__"]
)


def describe_function(reading: Reading, function: types.FunctionType) -> Hashable:
    reading.watch.object(function)
    code, token = function.__code__, reading.token
    given = [token(part) for part in (function.__defaults__, function.__kwdefaults__, function.__closure__)]
    if is_immutable_module(function.__globals__.get("__name__")):
        return (types.FunctionType, code, *given)
    reading.is_foreign = reading.is_foreign or is_installed(root(function.__globals__.get("__name__")))
    reading.watch.mapping(vars(function))
    own = [(name, token(item)) for name, item in vars(function).items()]
    return (types.FunctionType, code, *given, tuple(own), *_globals(reading, function))


def _globals(reading: Reading, function: types.FunctionType) -> Iterator[Hashable]:
    names, here, builtins = names_in(function.__code__), function.__globals__, function.__builtins__  # type: ignore[attr-defined,unused-ignore]
    if not reading.is_foreign:
        reading.names(names.of_attributes)
    for name in names.of_globals:
        reading.watch.place(here, name)
        holder = here if name in here else builtins
        if holder is builtins:
            reading.watch.place(builtins, name)
        if name in holder:
            yield from _value(reading, name, holder[name], names.of_attributes)
    for name, level in names.of_modules:
        for full in _imported("." * level + name, here):
            reading.watch.place(sys.modules, full)
            yield from _value(reading, full, sys.modules.get(full), names.of_attributes)


def _value(reading: Reading, name: str, value: Any, attributes: tuple[str, ...], depth: int = 3) -> Iterator[Hashable]:
    """What a name stands for; of a module that an installed package uses, what the same function names."""
    yield (name, reading.token(value))
    if reading.is_foreign and isinstance(value, types.ModuleType) and not is_immutable_module(value.__name__):
        content = vars(value)
        for attribute in attributes if depth else ():
            if attribute in content:
                reading.watch.place(content, attribute)
                yield from _value(reading, attribute, content[attribute], attributes, depth - 1)


def _imported(name: str, here: dict[str, Any]) -> Iterator[str]:
    """A module that is imported inside a function, and the packages around it."""
    if name.startswith("."):
        name = importlib.util.resolve_name(name, here.get("__package__"))
    while name:
        yield name
        name = name.rpartition(".")[0]


def describe_cell(reading: Reading, cell: types.CellType) -> Hashable:
    reading.watch.object(cell)
    try:
        return (types.CellType, reading.token(cell.cell_contents))
    except ValueError:
        return (types.CellType,)


def describe_method(reading: Reading, method: types.MethodType) -> Hashable:
    return (types.MethodType, reading.token((method.__func__, method.__self__)))


def describe_builtin(reading: Reading, function: types.BuiltinFunctionType) -> Hashable:
    """A method of an object written in C; any other function of C that may do anything."""
    if function.__self__ is None or isinstance(function.__self__, types.ModuleType):
        return reading.opaque(function)
    return (types.BuiltinFunctionType, function.__name__, reading.token(function.__self__))


def describe_method_wrapper(reading: Reading, method: types.MethodWrapperType) -> Hashable:
    return (types.MethodWrapperType, method.__name__, reading.token(method.__self__))


def describe_partial(reading: Reading, partial: functools.partial[Any]) -> Hashable:
    reading.watch.object(partial)
    parts = (partial.func, partial.args, partial.keywords, vars(partial) or None)
    return (functools.partial, reading.token(parts))


def describe_property(reading: Reading, value: property) -> Hashable:
    return (property, reading.token((value.fget, value.fset)))


def describe_wrapping_method(reading: Reading, value: Any) -> Hashable:
    return (type(value), reading.token(value.__func__))


def describe_cached_property(reading: Reading, value: functools.cached_property[Any]) -> Hashable:
    reading.watch.attributes(vars(value))
    return (functools.cached_property, reading.token(value.func))


def describe_cached(reading: Reading, function: Any) -> Hashable:
    return (type(function), reading.token(vars(function)))


def describe_class(reading: Reading, cls: type) -> Hashable:
    """A class that may change: what is written in it, and its bases."""
    items = items_of_proxy(vars(cls))
    reading.is_foreign = reading.is_foreign or is_installed(root(cls.__module__))
    reading.watch.object(cls)
    reading.watch.mapping(items)
    members = [(name, item) for name, item in items.items() if name not in _UNREAD_OF_CLASSES]
    token = reading.token
    return (type, cls, token(type(cls)), token(cls.__bases__), *[(name, token(item)) for name, item in members])


def describe_module(reading: Reading, module: types.ModuleType) -> Hashable:
    if is_immutable_module(module.__name__):
        return module
    return ("module", module) if reading.is_foreign else reading.module(module)
