"""Old arguments: for each public module, for each class, function or method, the old name and what it is now.

    "border_mode": "padding"                                      another name
    "init": "depthwise_initializer, pointwise_initializer"        the value of each of these
    "nb_row": "kernel_size[0]"                                    a place in a tuple; a place that nobody fills is None
    "input_dtype": None                                           left out: it has no meaning any more

The arguments of a class are those of its constructor; its subclasses take them as well. What old values are now stands
in values.py. Nothing is said about the names in SILENT: Keras 3 itself has them in some places, and those of
today in others.
"""

from __future__ import annotations

Row = dict[str, str | None]

_SEQUENCES: Row = {"input_length": "input_shape[0]", "input_dim": "input_shape[1]"}

ARGUMENTS: dict[str, dict[str, Row]] = {
    "keras": {"DTypePolicy": {"loss_scale": None}},
    "keras.activations": {
        "relu": {"alpha": "negative_slope"},
        "deserialize": {"name": "config"},
    },
    "keras.callbacks": {
        "TensorBoard": {
            "batch_size": None,
            "write_grads": None,
            "embeddings_layer_names": None,
            "embeddings_data": None,
        },
    },
    "keras.layers": {
        "Layer": {"batch_input_shape": "batch_shape", "input_dim": "input_shape[0]", "input_dtype": None},
        "RNN": _SEQUENCES,
        "Conv1D": _SEQUENCES,
    },
    "keras.optimizers": {
        "Optimizer": {
            "lr": "learning_rate",
            "schedule_decay": None,
            "initial_decay": None,
            "jit_compile": None,
            "is_legacy_optimizer": None,
        },
        "LossScaleOptimizer": {"dynamic": None},
    },
    "keras.regularizers": {
        "L1": {"l": "l1"},
        "L2": {"l": "l2"},
    },
}

#: What the first argument of a layer's call is named in some version of Keras, where it is another name here.
INPUTS = ("inputs", "sequences", "sequence", "x")

SILENT: dict[str, dict[str, Row]] = {
    "keras.optimizers": {
        "Optimizer.build": {"var_list": "variables"},
        "Optimizer.update_step": {"grad": "gradient"},
    },
}
