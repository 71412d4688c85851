"""The symbolic tensors that code can see by name: in its closure, its globals and the object it is a method of."""

from __future__ import annotations

import functools
import types
from collections.abc import Iterator
from typing import Any

from hornbeam.core.fingerprint.names import names_in
from hornbeam.core.registry import is_builtin
from hornbeam.core.symbolic import SymbolicTensor

_FAR = 4  # functions that call functions, objects in objects


def tensors_seen_by(*code: Any) -> list[SymbolicTensor]:
    """Those that functions, methods and objects can name."""
    return list({id(tensor): tensor for tensor in _in(code, set())}.values())


def _in(value: Any, met: set[int], depth: int = _FAR) -> Iterator[SymbolicTensor]:
    if isinstance(value, SymbolicTensor):
        yield value
    elif depth and id(value) not in met:
        met.add(id(value))
        for part in _parts(value):
            yield from _in(part, met, depth if isinstance(value, list | tuple | dict) else depth - 1)


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        yield from value
    elif isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, types.FunctionType):
        if not is_builtin(value):
            yield from _of_function(value)
    elif isinstance(value, types.MethodType):
        yield from (value.__func__, value.__self__)
    elif isinstance(value, functools.partial):
        yield from (value.func, value.args, value.keywords)
    elif not isinstance(value, type | types.ModuleType) and not hasattr(value, "__hornbeam__"):
        yield from getattr(value, "__dict__", {}).values()
        yield from () if is_builtin(type(value)) else _methods(type(value))


def _of_function(function: types.FunctionType) -> Iterator[Any]:
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not assigned yet
            continue
    yield from (function.__defaults__, function.__kwdefaults__)
    yield from (
        function.__globals__[name] for name in names_in(function.__code__).of_globals if name in function.__globals__
    )


def _methods(cls: type) -> Iterator[Any]:
    return (item for item in vars(cls).values() if isinstance(item, types.FunctionType))
