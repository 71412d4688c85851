"""`utils.legacy`: configs of objects under the names of Keras 2."""

from __future__ import annotations

from typing import Any

from hornbeam.core import serialization

__all__ = ["deserialize_keras_object", "serialize_keras_object"]


def serialize_keras_object(instance: Any) -> Any:
    """The config of an object, a function or a plain value, as `hornbeam.saving.serialize_keras_object` gives it."""
    return serialization.serialize_keras_object(instance)


def deserialize_keras_object(
    identifier: Any,
    module_objects: dict[str, Any] | None = None,
    custom_objects: dict[str, Any] | None = None,
    printable_module_name: str = "object",
) -> Any:
    """The object that a config or a name describes.

    Args:
        identifier: a config, or a name of what `module_objects` or `custom_objects` has.
        module_objects: classes and functions by their names.
        custom_objects: your own, which win over those.
        printable_module_name: accepted for code written for Keras 2.
    """
    return serialization.deserialize_keras_object(identifier, custom_objects, module_objects=module_objects)
