"""Old methods and properties, imported when somebody asks for one."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any

from hornbeam.core.old_names.members import MEMBERS


def install_members(cls: Any) -> None:
    """Let a class of Hornbeam have the old members that the table lists; attributes of the user's win over them."""
    module, names = MEMBERS.get(cls.api_module, {}).get(cls.__name__, ("", ()))
    for name in names:
        setattr(cls, name, _Elsewhere(module, cls.__name__, name))


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
