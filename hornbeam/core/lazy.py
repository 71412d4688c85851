"""Packages whose names are imported when somebody first asks for them: few programs need many.

What type checkers and editors read is the list: a line `from hornbeam.layers.core.dense import Dense as Dense` in the
package's `__init__.pyi` says where a name is, `MaxPool2D = MaxPooling2D` gives it a second one.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hornbeam.core.suggest import suggestion


def names_of_stub(
    package: str, otherwise: Callable[[str], Any] | None = None
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """The `__getattr__`, `__dir__` and `__all__` of a package.

    Args:
        package: its full name.
        otherwise: gives what has another name, or raises `AttributeError`.
    """
    homes = _homes(package)

    def get(name: str) -> Any:
        if name in homes:
            home, own = homes[name]
            is_module = home == package
            value = (
                importlib.import_module(f"{home}.{own}") if is_module else getattr(importlib.import_module(home), own)
            )
            setattr(sys.modules[package], name, value)
            return value
        if otherwise is not None:
            return otherwise(name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}{suggestion(name, homes)}")

    return get, lambda: sorted({*vars(sys.modules[package]), *homes}), list(homes)


class Members(Mapping[str, Any]):
    """Public names of a package with what they stand for, each imported when it is looked up.

    Args:
        package: its full name.
        which: whether a name of its `__all__` belongs here.
        short: further names, with the public ones that they stand for.
    """

    def __init__(self, package: str, which: Callable[[str], bool], short: Mapping[str, str] | None = None):
        self._package = importlib.import_module(package)
        self._names = {name: name for name in self._package.__all__ if which(name)} | dict(short or {})

    def __getitem__(self, name: str) -> Any:
        return getattr(self._package, self._names[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _homes(package: str) -> dict[str, tuple[str, str]]:
    """The names in a package's stub, with the module that each is in and its name there."""
    homes: dict[str, tuple[str, str]] = {}
    for line in ast.parse(pkgutil.get_data(package, "__init__.pyi") or b"").body:
        if isinstance(line, ast.ImportFrom) and line.module:
            homes |= {alias.asname or alias.name: (line.module, alias.name) for alias in line.names}
        elif isinstance(line, ast.Assign) and isinstance(line.value, ast.Name):
            homes |= {name.id: homes[line.value.id] for name in line.targets if isinstance(name, ast.Name)}
    return homes
