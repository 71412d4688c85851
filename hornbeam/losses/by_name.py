"""Losses by name, and from configs."""

from __future__ import annotations

from typing import Any

from hornbeam.core import serialization
from hornbeam.core.lazy import Members
from hornbeam.core.lookup import lookup
from hornbeam.losses.crossentropy import CategoricalCrossentropy, categorical_crossentropy
from hornbeam.losses.loss import Loss

_TOOLS = ("get", "serialize", "deserialize", "is_categorical_crossentropy")
_NAMES = Members("hornbeam.losses", lambda name: name not in _TOOLS)


def get(identifier: Any) -> Any:
    """The loss for a name, a config, a function or a `Loss`; `None` stays `None`.

    >>> import hornbeam
    >>> hornbeam.losses.get("mse").__name__
    'mean_squared_error'
    """
    return lookup(identifier, _NAMES, "keras.losses", "loss", Loss)


def serialize(loss: Any) -> Any:
    """The config of a `Loss`; the name of a function.

    >>> import hornbeam
    >>> hornbeam.losses.serialize(hornbeam.losses.mean_squared_error)
    'mean_squared_error'
    """
    return serialization.serialize(loss)


def deserialize(name: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The loss that `serialize` described by its name or config.

    >>> import hornbeam
    >>> hornbeam.losses.deserialize("mean_squared_error") is hornbeam.losses.mean_squared_error
    True
    """
    return serialization.deserialize(name, custom_objects, kind="keras.losses")


def is_categorical_crossentropy(loss: Any) -> bool:
    """Whether a loss, a function or a name is the categorical cross-entropy.

    >>> import hornbeam
    >>> hornbeam.losses.is_categorical_crossentropy("categorical_crossentropy")
    True
    """
    return (
        isinstance(loss, CategoricalCrossentropy)
        or loss == "categorical_crossentropy"
        or getattr(loss, "fn", loss) is categorical_crossentropy
    )
