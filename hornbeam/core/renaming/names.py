"""Old names of classes, functions and modules, found where the new ones are not."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

from hornbeam import engine
from hornbeam.core.old_names.modules import FAMILIES, IN_ENGINE, STARTS
from hornbeam.core.old_names.modules import IN_FILES as IN_FILES_MODULES
from hornbeam.core.old_names.names import IN_FILES, OLD, SHORT
from hornbeam.core.renaming.modules import OldModules, first_named, homes_today
from hornbeam.core.renaming.notice import say
from hornbeam.core.suggest import suggestion

sys.meta_path.append(OldModules(homes_today))  # asked last, where no module was found


def name_of_today(module: str, name: str, announce: bool = False) -> str:
    """What a class or function of a public module, such as "keras.losses", is called now; any other name as it is."""
    new = OLD.get(module, {}).get(name)
    if new is not None and announce:
        say((module, name), f"`{name}` in `{module.replace('keras', 'hornbeam', 1)}` is now called `{new}`.")
    return new or next((table[module][name] for table in (SHORT, IN_FILES) if name in table.get(module, ())), name)


def module_of_today(module: str) -> str:
    """The public module that a module of Keras's, as files name it, belongs to; any other module as it is.

    >>> module_of_today("tensorflow.python.keras.engine.sequential"), module_of_today("keras.src.layers.core.dense")
    ('keras', 'keras.layers')
    """
    if module in IN_FILES_MODULES:
        return IN_FILES_MODULES[module]
    plain = next((module.removeprefix(start) for start in STARTS if module.startswith(f"{start}keras.")), module)
    plain = plain.replace("keras.src.", "keras.", 1)
    return next((family for start, family in FAMILIES.items() if f"{plain}.".startswith(f"{start}.")), module)


def old_names_in(module: str) -> Callable[[str], Any]:
    """The `__getattr__` of a module that has old names, or old modules below it."""

    def get(name: str) -> Any:
        path = f"{module}.{name}"
        if homes_today(path):
            return importlib.import_module(path)
        new = name_of_today(module.replace("hornbeam", "keras", 1), name, announce=True)
        found = getattr(sys.modules[module], new) if new != name else first_named(homes_today(module) or (), name)
        if found is None:
            known = dir(sys.modules[module])
            raise AttributeError(f"module {module!r} has no attribute {name!r}{suggestion(name, known)}")
        return found

    return get


def _of_keras_2s_engine(name: str) -> Callable[[], Any]:
    def get() -> Any:
        homes = homes_today("hornbeam.engine") or ()
        where = " or ".join(f"`{home}`" for home in homes if ".legacy." not in home)
        say(("module", "engine"), f"`{name}` of `hornbeam.engine` is now in {where}.")
        return first_named(homes, name)

    return get


engine.old_names.update({name: _of_keras_2s_engine(name) for name in IN_ENGINE})
