"""`get` of every family: what a user passes for an activation, an initializer, a loss, ... becomes the object."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Mapping
from typing import Any

from hornbeam.core import serialization
from hornbeam.core.brief import brief
from hornbeam.core.names_elsewhere import meant_elsewhere
from hornbeam.core.renaming.names import name_of_today
from hornbeam.core.suggest import hint, plain, question


def lookup(
    identifier: Any,
    names: Mapping[str, Any],
    kind: str,
    what: str,
    base: type | None = None,
    also: Collection[str] = (),
) -> Any:
    """The object that `identifier` stands for; `None` stays `None`.

    Args:
        identifier: a name (spelled `glorot_uniform`, `GlorotUniform` or otherwise), a config, a class, or the object.
        names: the family's names: functions as they are, classes to be called without arguments.
        kind: the family's public module, such as "keras.losses", where configs are looked up.
        what: what the family's members are called in a message, such as "loss".
        base: a class whose instances are accepted; anything callable is, too.
        also: names that stand for something elsewhere, for a message about one like them.

    Raises:
        ValueError: for an unknown name, or a value that is none of these.
    """
    found = identifier
    if isinstance(identifier, str):
        found = serialization.get_registered_object(identifier)
        found = names.get(identifier) if found is None else found
        if found is None:
            found = find_name(name_of_today(kind, identifier, announce=True), names)
        if found is None:
            meant = question(meant_elsewhere(kind, identifier)) or hint(identifier, [*names, *also])
            raise serialization.UnknownNameError(
                f"`{what}` must be a known name, a config or an object. Received: {identifier!r}.{meant}"
            )
    elif isinstance(identifier, dict):
        found = serialization.deserialize(identifier, kind=kind)
    if inspect.isclass(found):
        found = _made(found, what)
    if found is None or callable(found) or (base is not None and isinstance(found, base)):
        return found
    meant = f", which is {found!r} in `custom_objects`" if isinstance(identifier, str) else ""
    raise ValueError(f"`{what}` must be a name, a config, a callable or None. Received: {brief(identifier)}{meant}.")


def _made(cls: Any, what: str) -> Any:
    """An object of a class that was given in its place."""
    try:
        return cls()
    except TypeError as error:
        raise ValueError(
            f"`{what}` must be a name, a config or an object. Received: the class {cls.__name__} of "
            f"`{cls.__module__}`, which takes arguments; make an object of it, or use one of Hornbeam's."
        ) from error


def find_name(name: str, names: Mapping[str, Any]) -> Any:
    """`names[name]`, or else the entry that differs only in case and underscores, or else `None`."""
    if name in names:
        return names[name]
    return next((names[known] for known in names if plain(known) == plain(name)), None)
