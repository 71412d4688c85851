"""Optimizers, losses, metrics and callbacks out of a name, a class or an object, and arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from hornbeam import losses, metrics, optimizers
from hornbeam.losses import LossFunctionWrapper
from hornbeam.wrappers.routing import SEPARATOR, below


def optimizer_of(value: Any, arguments: Mapping[str, Any]) -> Any:
    """An optimizer that nobody has used yet."""
    return made(value, arguments, lambda name, given: type(optimizers.get(name))(**given))


def losses_of(value: Any, arguments: Mapping[str, Any]) -> Any:
    return made(value, arguments, _loss)


def metrics_of(value: Any, arguments: Mapping[str, Any]) -> Any:
    return made(value, arguments, lambda name, given: type(metrics.get(name))(**given))


def callbacks_of(value: Any, arguments: Mapping[str, Any]) -> list[Any]:
    """Callbacks in a list; those that are objects stay what they are."""
    found = made(value, arguments, _no_name, keep=True)
    found = list(found.values()) if isinstance(found, dict) else found
    return [] if found is None else found if isinstance(found, list) else [found]


def made(
    value: Any, arguments: Mapping[str, Any], of_name: Callable[[str, Mapping[str, Any]], Any], keep: bool = False
) -> Any:
    """The object for a parameter, or a list or dict of them.

    Args:
        value: a name, a class, an object, or a list or dict of those.
        arguments: replace arguments of the object; in a list or dict `0__name` those of one, `name` those of all
            classes.
        of_name: makes the object of a name and arguments.
        keep: whether an object stays itself where nothing is replaced; otherwise it is copied.
    """
    if isinstance(value, list | tuple):
        return [made(one, _of_one(arguments, str(i), one), of_name, keep) for i, one in enumerate(value)]
    if isinstance(value, Mapping):
        return {key: made(one, _of_one(arguments, str(key), one), of_name, keep) for key, one in value.items()}
    if isinstance(value, type):
        return value(**arguments)
    if isinstance(value, str):
        return of_name(value, arguments) if arguments else value
    if value is None or not hasattr(value, "get_config") or (keep and not arguments):
        return value
    return type(value).from_config({**value.get_config(), **arguments})


def _of_one(arguments: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    shared = {name: one for name, one in arguments.items() if SEPARATOR not in name} if _is_class(value) else {}
    return shared | below(arguments, key)


def _is_class(value: Any) -> bool:
    return isinstance(value, type)


def _loss(name: str, arguments: Mapping[str, Any]) -> Any:
    found = losses.get(name)
    return LossFunctionWrapper(found, name=name, **arguments) if inspect.isroutine(found) else type(found)(**arguments)


def _no_name(name: str, arguments: Mapping[str, Any]) -> Any:
    raise ValueError(f"`callbacks` must be callbacks, or classes of them. Received: {name!r}.")
