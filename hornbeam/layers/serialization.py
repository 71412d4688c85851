"""Layers to configs and back."""

from __future__ import annotations

from typing import Any

from hornbeam.core import serialization


def serialize(layer: Any) -> dict[str, Any]:
    """The config of a layer, with the names that find its class again.

    >>> import hornbeam
    >>> hornbeam.layers.serialize(hornbeam.layers.Dense(2))["class_name"]
    'Dense'
    """
    return serialization.serialize_object(layer)


def deserialize(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
    """The layer that `serialize` described, with weights drawn anew.

    Args:
        config: what it gave.
        custom_objects: your own classes and functions by the names in the config; they win over those of Hornbeam.

    Raises:
        ValueError: for a malformed config, or a class that is unknown here.

    >>> import hornbeam
    >>> hornbeam.layers.deserialize(hornbeam.layers.serialize(hornbeam.layers.Dense(2))).units
    2
    """
    return serialization.deserialize(config, custom_objects, kind="keras.layers")
