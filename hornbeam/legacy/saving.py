"""Configs of objects under the names of Keras 2."""

from hornbeam.utils.legacy import deserialize_keras_object, serialize_keras_object

__all__ = ["deserialize_keras_object", "serialize_keras_object"]
