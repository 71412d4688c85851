"""Old modules: to import from, of all generations of Keras; and those that files name.

The paths in MODULES begin below `keras`, or `hornbeam`; their names are found in the modules given, the first that has
one counting. A folder of layers may have an old module's path, as `layers.core` does: what it has not comes from there.

FAMILIES are for modules that files name, whose names are told by their first parts.
"""

from __future__ import annotations

_IN_LAYERS = """
    advanced_activations convolutional convolutional_recurrent core cudnn_recurrent embeddings experimental
    experimental.preprocessing local merge noise normalization pooling preprocessing recurrent wrappers
"""
_IN_ENGINE = """
    base_layer functional input_layer input_spec keras_tensor network node saving sequential topology training
    training_arrays training_generator training_utils training_v1
"""
_ENGINE = ("layers", "models", "utils", "legacy.engine")

MODULES: dict[str, tuple[str, ...]] = {
    **{f"layers.{name}": ("layers",) for name in _IN_LAYERS.split()},
    **{f"engine.{name}": _ENGINE for name in _IN_ENGINE.split()},
    "engine": _ENGINE,
    "backend": ("legacy.backend",),
    "backend.common": ("backend", "legacy.backend"),
    "backend.tensorflow_backend": ("backend", "legacy.backend"),
    "layers.merge": ("layers", "legacy.layers"),
    "applications.mobilenetv2": ("applications.mobilenet_v2",),
    "callbacks.callbacks": ("callbacks",),
    "experimental": ("optimizers.schedules", "layers"),
    "initializations": ("initializers",),
    "initializers.initializers_v1": ("initializers",),
    "initializers.initializers_v2": ("initializers",),
    "layers": ("legacy.layers",),
    "legacy.interfaces": ("legacy.interfaces",),
    "legacy.layers": ("legacy.layers", "layers"),
    "metrics.metrics": ("metrics",),
    "mixed_precision.experimental": ("mixed_precision",),
    "mixed_precision.policy": ("mixed_precision",),
    "models.model": ("models",),
    "models.sequential": ("models",),
    "objectives": ("losses",),
    "optimizer_v1": ("optimizers",),
    "optimizer_v2": ("optimizers",),
    "optimizer_v2.learning_rate_schedule": ("optimizers.schedules",),
    "optimizer_v2.optimizer_v2": ("optimizers",),
    "optimizers.experimental": ("optimizers",),
    "optimizers.learning_rate_schedule": ("optimizers.schedules",),
    "optimizers.legacy": ("optimizers",),
    "optimizers.optimizer_experimental": ("optimizers",),
    "preprocessing.image_dataset": ("utils",),
    "preprocessing.text_dataset": ("utils",),
    "preprocessing.timeseries": ("utils",),
    "saving.save": ("saving", "models"),
    "saving.model_config": ("models",),
    "utils": ("legacy.utils",),
    "utils.conv_utils": ("utils", "legacy.utils"),
    "utils.data_utils": ("utils", "legacy.utils"),
    "utils.generic_utils": ("utils", "legacy.utils"),
    "utils.io_utils": ("utils", "legacy.utils"),
    "utils.layer_utils": ("utils", "legacy.utils"),
    "utils.losses_utils": ("legacy.utils.losses_utils", "losses"),
    "utils.metrics_utils": ("legacy.utils.metrics_utils", "metrics"),
    "utils.multi_gpu_utils": ("utils", "legacy.utils"),
    "utils.np_utils": ("utils",),
    "utils.test_utils": ("utils", "legacy.utils"),
    "utils.tf_utils": ("utils",),
    "utils.training_utils": ("utils", "legacy.utils"),
    "utils.vis_utils": ("utils", "legacy.utils"),
    "wrappers.scikit_learn": ("legacy.scikit_learn",),
}
# What modules imported for themselves, and gave on: for those of a path with a dot.
IMPORTED = "legacy.imported"
# Names of Keras 2's `engine`, whose path is another package's today.
IN_ENGINE = ("Input", "InputLayer", "InputSpec", "Layer", "Model", "get_source_inputs")
IN_FILES = {
    "keras.src.engine.functional": "keras.src.models.functional",
    "keras.src.engine.sequential": "keras.src.models.sequential",
}
# Of Keras's own modules, in files of tf.keras as well: the public module, by the first parts of the name.
FAMILIES = {
    "keras.engine": "keras",
    "keras.models": "keras.models",
    "keras.layers": "keras.layers",
    "keras.optimizers.schedules": "keras.optimizers.schedules",
    "keras.optimizers": "keras.optimizers",
    "keras.backend.torch.optimizers": "keras.optimizers",
    "keras.initializers": "keras.initializers",
    "keras.regularizers": "keras.regularizers",
    "keras.constraints": "keras.constraints",
    "keras.activations": "keras.activations",
    "keras.losses": "keras.losses",
    "keras.metrics": "keras.metrics",
    "keras.mixed_precision": "keras.dtype_policies",
}
STARTS = ("tensorflow.python.", "tensorflow.", "tf_")  # before `keras`
