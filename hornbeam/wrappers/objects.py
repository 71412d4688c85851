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
    return made("optimizer", value, arguments, lambda name, given: type(optimizers.get(name))(**given))


def losses_of(value: Any, arguments: Mapping[str, Any]) -> Any:
    return made("loss", value, arguments, _loss)


def metrics_of(value: Any, arguments: Mapping[str, Any]) -> Any:
    return made("metrics", value, arguments, lambda name, given: type(metrics.get(name))(**given))


def callbacks_of(value: Any, arguments: Mapping[str, Any]) -> list[Any]:
    """Callbacks in a list; those that are objects stay what they are."""
    found = made("callbacks", value, arguments, _no_name, keep=True)
    found = list(found.values()) if isinstance(found, dict) else found
    return [] if found is None else found if isinstance(found, list) else [found]


OF = {"optimizer": optimizer_of, "loss": losses_of, "metrics": metrics_of}


def made(
    what: str,
    value: Any,
    arguments: Mapping[str, Any],
    of_name: Callable[[str, Mapping[str, Any]], Any],
    keep: bool = False,
) -> Any:
    """The object for a parameter, or a list or dict of them.

    Args:
        what: the parameter's name.
        value: a name, a class, an object, or a list or dict of those.
        arguments: replace arguments of the object; in a list or dict `0__name` those of one, `name` those of all
            classes.
        of_name: makes the object of a name and arguments.
        keep: whether an object stays itself where nothing is replaced; otherwise it is copied.

    Raises:
        ValueError: for arguments of nothing.
    """
    if isinstance(value, list | tuple):
        parts = _parts(what, {str(i): one for i, one in enumerate(value)}, arguments)
        return [made(what, one, parts[i], of_name, keep) for i, one in enumerate(value)]
    if isinstance(value, Mapping):
        parts = _parts(what, value, arguments)
        return {key: made(what, one, part, of_name, keep) for (key, one), part in zip(value.items(), parts)}
    if isinstance(value, type):
        return value(**arguments)
    if isinstance(value, str):
        return of_name(value, arguments) if arguments else value
    if arguments and not hasattr(value, "get_config"):
        _refuse(what, next(iter(arguments)), value)
    if not hasattr(value, "get_config") or (keep and not arguments):
        return value
    return type(value).from_config({**value.get_config(), **arguments})


def _parts(what: str, values: Mapping[str, Any], arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The arguments of each value: its own, by its key, and those that all classes share."""
    shared = {name: one for name, one in arguments.items() if SEPARATOR not in name}
    for name in arguments:
        key = name.partition(SEPARATOR)[0]
        if key not in values if name not in shared else not any(isinstance(value, type) for value in values.values()):
            _refuse(what, name, list(values.values()))
    own = [below(arguments, str(key)) for key in values]
    return [shared | one if isinstance(value, type) else one for value, one in zip(values.values(), own)]


def _refuse(what: str, name: str, value: Any) -> None:
    received = f"no `{what}`" if value is None else f"{what}={value!r}"
    raise ValueError(
        f"`{what}{SEPARATOR}{name}` must be an argument of a name, class or object that `{what}` gives. "
        f"Received: {received}."
    )


def _loss(name: str, arguments: Mapping[str, Any]) -> Any:
    found = losses.get(name)
    is_function = inspect.isroutine(found)
    return LossFunctionWrapper(found, **{"name": name, **arguments}) if is_function else type(found)(**arguments)


def _no_name(name: str, arguments: Mapping[str, Any]) -> Any:
    raise ValueError(f"`callbacks` must be callbacks, or classes of them. Received: {name!r}.")
