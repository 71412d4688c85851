"""`warn_of_unmatched`: a name that the user passes and that a file does not have is said, or it would do nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hornbeam.core.renaming.notice import warn_caller
from hornbeam.core.suggest import hint

_SHOWN = 20  # names of a file


def warn_of_unmatched(custom_objects: dict[str, Any] | None, config: Any, where: str) -> None:
    """Warn of the names in `custom_objects` that `config` does not have.

    Args:
        custom_objects: what the user passed.
        config: as it was read: whatever is a string in it may be the name of a class, a function or a layer.
        where: what the config was read from, for the message.
    """
    if not custom_objects:
        return
    strings = set(_strings(config))
    unmatched = [name for name in custom_objects if name not in strings]
    if not unmatched:
        return
    known = list(dict.fromkeys(_names(config)))
    shown = ", ".join(map(repr, known[:_SHOWN])) + (", ..." if len(known) > _SHOWN else "")
    warn_caller(
        f"`custom_objects` must have the names that {where} has: {shown}. Received: {', '.join(map(repr, unmatched))}, "
        f"which nothing in it is called.{hint(str(unmatched[0]), known)}"
    )


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        yield value.rpartition(">")[2]  # without the package that it is registered in
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)


def _names(value: Any) -> Iterator[str]:
    """The classes and functions that a config names."""
    if isinstance(value, dict):
        is_function = value.get("class_name") == "function"
        name = value.get("config" if is_function else "class_name")
        if isinstance(name, str) and not name.startswith("__"):
            yield name.rpartition(">")[2]
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _names(item)
