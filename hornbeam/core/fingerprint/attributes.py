"""Which attributes of an object a program may depend on."""

from __future__ import annotations

import functools
import re
import types
from collections.abc import Iterator
from typing import Any

from hornbeam.core import naming
from hornbeam.core.hyperparameter import Hyperparameter
from hornbeam.core.registry import is_builtin

_POINTER = 8
# Written in C, but all that they hold is in their `vars`.
_IN_VARS = frozenset([types.SimpleNamespace])


def seen(value: Any) -> Iterator[tuple[str, Any]]:
    """The attributes in `vars(value)` that count; names do only where users chose them for classes of theirs."""
    cls: Any = type(value)
    content = vars(value)
    if is_builtin(cls):
        return ((name, content[name]) for name in names_seen(cls, tuple(content)))
    unseen = _declared_unseen(cls)
    is_chosen = lambda name, item: name == "name" and not _is_automatic(item, cls)  # noqa: E731
    return ((name, item) for name, item in content.items() if name not in unseen or is_chosen(name, item))


@functools.lru_cache(1024)
def _declared_unseen(cls: type) -> frozenset[str]:
    """What Hornbeam's class that a user's derives from declares; an `unseen` of the user's own means something else."""
    return next((getattr(base, "unseen", frozenset()) for base in cls.__mro__ if is_builtin(base)), frozenset())


@functools.lru_cache(1024)
def names_seen(cls: Any, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those that count among the attributes of an object of one of Hornbeam's classes."""
    unseen: frozenset[str] = getattr(cls, "unseen", frozenset())
    endings: tuple[str, ...] = getattr(cls, "unseen_in_builtins", ())
    return tuple(name for name in names if name not in unseen and not name.endswith(endings))


def _is_automatic(name: Any, cls: type) -> bool:
    """Whether a name looks like one that an object without a name gets."""
    return isinstance(name, str) and bool(
        re.fullmatch(rf"{re.escape(naming.to_snake_case(cls.__name__))}(_\d+)?", name)
    )


@functools.lru_cache(1024)
def places(cls: type) -> frozenset[str]:
    """The attributes of one of Hornbeam's classes that are hyperparameters."""
    found = {name: value for base in reversed(cls.__mro__) for name, value in vars(base).items()}
    return frozenset(name for name, value in found.items() if isinstance(value, Hyperparameter))


@functools.lru_cache(1024)
def slots(cls: type) -> tuple[str, ...]:
    """The names of the slots of its instances."""
    return tuple(
        name
        for base in cls.__mro__
        for name, item in vars(base).items()
        if type(item) is types.MemberDescriptorType and "__slots__" in vars(base)
    )


@functools.lru_cache(1024)
def is_plain(cls: type) -> bool:
    """Whether all that an instance holds is found in its `vars` and slots: it has no room for anything else."""
    if cls in _IN_VARS:
        return True
    pointers = len(slots(cls)) + (cls.__weakrefoffset__ > 0) + (cls.__dictoffset__ > 0)
    return not cls.__itemsize__ and cls.__basicsize__ <= object.__basicsize__ + pointers * _POINTER
