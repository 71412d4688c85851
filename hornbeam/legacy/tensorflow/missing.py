"""The error for what Hornbeam has nothing for."""

from __future__ import annotations

_GONE = {
    "estimator": "a `keras.Model`, whose `compile`, `fit`, `evaluate` and `predict` are those of an estimator",
    "layers": "`keras.layers`",
    "contrib": "`keras.layers` and `keras.ops`",
    "saved_model": "`model.save` and `keras.models.load_model`",
    "feature_column": (
        "`keras.utils.FeatureSpace`, which has `float` and `float_normalized` for numeric columns, `float_discretized` "
        "for buckets, `string_categorical` for vocabularies, `cross` for crossed columns; and an `Embedding`"
    ),
    "tpu": "one device",
    "lite": "`model.save`",
    "SparseTensor": "dense arrays",
    "sparse": "dense arrays",
    "gradients": "`tf.GradientTape`, or `keras.backend.gradients` of a model's tensors",
    "get_variable": "`tf.Variable`",
    "hub": "`keras.applications`",
    "TFRecordDataset": "`tf.data.TFRecordDataset`",
}


def missing(module: str, name: str) -> AttributeError:
    """The error for a name of TensorFlow that Hornbeam has nothing for."""
    if name.startswith("__"):
        return AttributeError(name)
    instead = _GONE.get(name, "a function of `keras.ops`, which has what TensorFlow's arrays need")
    return AttributeError(f"Hornbeam stands in for `tensorflow` here, and has no `{module}.{name}`: use {instead}.")
