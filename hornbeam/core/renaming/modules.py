"""Old paths of modules: what is imported from them is found in the modules of today."""

from __future__ import annotations

import importlib
import importlib.util
import types
import warnings
from collections.abc import Callable, MutableSequence, Sequence
from importlib.machinery import ModuleSpec
from typing import Any

from hornbeam.core.old_names.modules import IMPORTED, MODULES
from hornbeam.core.old_names.names import OLD, SHORT
from hornbeam.core.renaming.notice import say

PACKAGE = "hornbeam"


class OldModule(types.ModuleType):
    """A module under an old path, with the names of other modules: the first that has one gives it.

    Args:
        name: its full name.
        homes: the full names of these modules.
    """

    __path__: MutableSequence[str] = []  # so that modules below it are looked for

    def __init__(self, name: str, homes: Sequence[str]):
        super().__init__(name, f"`{name}`, which is {' and '.join(f'`{home}`' for home in homes)} today.")
        vars(self)["__homes__"] = tuple(homes)

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return _starred(self)
        found = first_named(self.__homes__, name)
        if isinstance(found, types.ModuleType) or found is None:
            path = f"{self.__name__}.{name}"
            if not name.startswith("__") and _is_there(path):
                return importlib.import_module(path)
        if found is None and not any(name in vars(importlib.import_module(home)) for home in self.__homes__):
            raise AttributeError(
                _said_by(self.__homes__, name) or f"module `{self.__name__}` has no attribute `{name}`"
            )
        return found

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function that had the module's name before, as `merge` of Keras 1's layers."""
        old = [home for home in self.__homes__ if ".legacy." in home]
        function = first_named(old, self.__name__.rpartition(".")[2])
        if function is None:
            raise TypeError(f"`{self.__name__}` is a module, which cannot be called.")
        return function(*args, **kwargs)

    def __dir__(self) -> list[str]:
        return sorted({*vars(self), *(name for home in self.__homes__ for name in _listed(home))})


def _starred(module: OldModule) -> list[str]:
    """What `from module import *` gives: the names of today and the old ones, which come without a notice each."""
    homes = [home for home in module.__homes__ if not home.endswith(f".{IMPORTED}")]
    listed = [getattr(importlib.import_module(home), "__all__", ()) for home in homes]
    old = [table.get(home.replace(PACKAGE, "keras", 1), ()) for home in homes for table in (OLD, SHORT)]
    names = sorted({name for some in (*listed, *old) for name in some})
    with warnings.catch_warnings(action="ignore"):
        return [name for name in names if not isinstance(first_named(homes, name), types.ModuleType | None)]


def _said_by(homes: Sequence[str], name: str) -> str | None:
    """What a module says of a name that it has not, where that is more than Python's own sentence."""
    for home in homes:
        try:
            getattr(importlib.import_module(home), name)
        except AttributeError as error:
            if not str(error).startswith("module ") and str(error) != name:
                return str(error)
    return None


def _listed(home: str) -> list[str]:
    """The names in a module of today, and the old names that it knows."""
    return [*dir(importlib.import_module(home)), *OLD.get(home.replace(PACKAGE, "keras", 1), ())]


def first_named(homes: Sequence[str], name: str) -> Any:
    """What the first of some modules that has it has under a name; or `None`."""
    for home in homes:
        found = getattr(importlib.import_module(home), name, None)
        if found is not None:
            return found
    return None


def _is_there(path: str) -> bool:
    try:
        return importlib.util.find_spec(path) is not None
    except ModuleNotFoundError:
        return False


def homes_today(path: str) -> tuple[str, ...] | None:
    """Where the names of an old module of this library are; `None` for any other path."""
    below = path.partition(".")[2] if path.startswith(f"{PACKAGE}.") else ""
    homes = MODULES.get(below, ())
    if homes and "." in below:
        homes = (*homes, IMPORTED)
    return tuple(f"{PACKAGE}.{home}" for home in homes) or None


class OldModules:
    """Makes an `OldModule` for each path that `homes_of` knows: a finder and a loader by its methods alone, since
    `importlib.abc` is slow to import.

    Args:
        homes_of: takes a path; returns the modules that have its names, or `None`.
    """

    def __init__(self, homes_of: Callable[[str], tuple[str, ...] | None]):
        self._homes_of = homes_of

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> ModuleSpec | None:
        homes = self._homes_of(fullname)
        loader: Any = self
        return ModuleSpec(fullname, loader, is_package=True) if homes else None

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        return OldModule(spec.name, self._homes_of(spec.name) or ())

    def exec_module(self, module: types.ModuleType) -> None:
        """Say where the names are today, where that is another module."""
        old = module.__name__
        below = old.partition(".")[2]
        new = [home for home in module.__homes__ if ".legacy." not in home]
        if new and below in MODULES and f"{PACKAGE}.{below}" not in new:
            say(("module", below), f"`{old}` is now {' or '.join(f'`{home}`' for home in new)}.")
