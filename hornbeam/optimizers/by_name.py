"""Optimizers by name, and from configs."""

from __future__ import annotations

from typing import Any

from hornbeam.core import serialization
from hornbeam.core.lazy import Members
from hornbeam.core.lookup import find_name, lookup
from hornbeam.optimizers.base.optimizer import Optimizer

_NAMES = Members("hornbeam.optimizers", lambda name: name[0].isupper() and name != "Optimizer")


def get(identifier: Any) -> Any:
    """The optimizer for a name, a config, a class or an `Optimizer`; `None` stays `None`.

    >>> import hornbeam
    >>> hornbeam.optimizers.get("rmsprop").rho
    0.9
    """
    identifier = _current(identifier)
    found = lookup(identifier, _NAMES, "keras.optimizers", "optimizer", Optimizer)
    if found is not None and not isinstance(found, Optimizer):
        raise ValueError(f"`optimizer` must be a name, a config or an Optimizer. Received: {identifier!r}.")
    return found


def serialize(optimizer: Optimizer) -> dict[str, Any]:
    """The config of an optimizer."""
    return serialization.serialize_object(optimizer)


def deserialize(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
    """The optimizer that `serialize` described."""
    return serialization.deserialize(_current(config), custom_objects, kind="keras.optimizers")


def _current(config: Any) -> Any:
    """A config with the present spelling of the class: older files have "adam" for "Adam"."""
    if isinstance(config, dict) and isinstance(config.get("class_name"), str):
        found = find_name(config["class_name"], _NAMES)
        if found is not None:
            return config | {"class_name": found.__name__}
    return config
