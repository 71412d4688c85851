"""Old methods and properties, imported when somebody asks for one."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any

from hornbeam.core.old_names.members import MEMBERS, WRITTEN_FOR


def install_members(cls: Any, public_module: str | None = None) -> None:
    """Let a class of Hornbeam have the old members that the table lists; attributes of the user's win over them."""
    module, names = MEMBERS.get(public_module or cls.api_module, {}).get(cls.__name__, ("", ()))
    for name in names:
        setattr(cls, name, _Elsewhere(module, cls.__name__, name))


def join_to_today(cls: Any) -> None:
    """Let a user's class that was written for an old base class have what joins it to the base class of today."""
    for method, (module, name) in WRITTEN_FOR.get(cls.api_module, {}).items():
        if method in vars(cls):
            members = vars(getattr(importlib.import_module(module), name))
            for member in members.keys() - vars(cls).keys() - set(dir(object)) - {"__annotations__", "__dict__"}:
                setattr(cls, member, members[member])


@cache
def old_members(cls: type) -> frozenset[str]:
    """The names of those that a class has."""
    return frozenset(
        name for base in cls.__mro__ for name, value in vars(base).items() if isinstance(value, _Elsewhere)
    )


class _Elsewhere:
    """A member of a class of another module."""

    def __init__(self, module: str, cls: str, name: str):
        self.place = module, cls, name

    def __get__(self, owner: Any, cls: Any = None) -> Any:
        module, name, member = self.place
        found = vars(getattr(importlib.import_module(module), name))[member]
        return found if owner is None else found.__get__(owner, cls)
