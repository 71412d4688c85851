"""Old names of classes, functions and modules, found where the new ones are not."""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any

from hornbeam.core.old_names.modules import MODULES
from hornbeam.core.old_names.names import IN_FILES, OLD, SHORT
from hornbeam.core.renaming.notice import say


def name_of_today(module: str, name: str, announce: bool = False) -> str:
    """What a class or function of a public module, such as "keras.losses", is called now; any other name as it is."""
    new = OLD.get(module, {}).get(name)
    if new is not None and announce:
        say((module, name), f"`{name}` in `{module.replace('keras', 'hornbeam', 1)}` is now called `{new}`.")
    return new or next((table[module][name] for table in (SHORT, IN_FILES) if name in table.get(module, ())), name)


def old_names_in(module: str) -> Callable[[str], Any]:
    """The `__getattr__` of a module that has old names."""

    def get(name: str) -> Any:
        path = f"{module}.{name}"
        if path in MODULES:
            return importlib.import_module(path)
        new = name_of_today(module.replace("hornbeam", "keras", 1), name, announce=True)
        if new == name:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        return getattr(sys.modules[module], new)

    return get


class _OldModules(MetaPathFinder, Loader):
    """Gives the module of today for the path of an old one; asked last, where no module was found."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(fullname, self) if fullname in MODULES else None

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        old = module.__name__
        say(old, f"`{old}` is now `{MODULES[old]}`.")
        sys.modules[old] = importlib.import_module(MODULES[old])


sys.meta_path.append(_OldModules())
