"""Functions that go on seeing what their names meant at one time."""

from __future__ import annotations

import types
from typing import Any

from hornbeam.core.fingerprint.names import names_in
from hornbeam.core.registry import is_builtin


class _Names(dict[str, Any]):
    """Some globals as they were; others are looked up where they are."""

    def __init__(self, names: dict[str, Any], others: dict[str, Any]):
        super().__init__(names)
        self._others = others

    def __missing__(self, name: str) -> Any:
        return self._others[name]


def frozen(function: Any) -> Any:
    """A function of the user's as it is now: variables of loops around it, local or global, keep their values in it."""
    if not isinstance(function, types.FunctionType) or is_builtin(function):
        return function
    around = function.__globals__
    known = {name: around[name] for name in names_in(function.__code__).of_globals if name in around}
    if "__builtins__" in around:
        known["__builtins__"] = around["__builtins__"]
    cells = tuple(map(_copied, function.__closure__ or ()))
    names = _Names(known, around)
    copy = types.FunctionType(function.__code__, names, function.__name__, function.__defaults__, cells)
    copy.__kwdefaults__, copy.__qualname__, copy.__module__ = (
        function.__kwdefaults__, function.__qualname__, function.__module__,
    )  # fmt: skip
    return copy


def _copied(cell: types.CellType) -> types.CellType:
    try:
        return types.CellType(cell.cell_contents)
    except ValueError:  # not assigned yet
        return cell
