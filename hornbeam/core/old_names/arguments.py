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

from hornbeam.core.old_names.keras1 import KERAS_1, Row

_LENGTH: Row = {"input_length": "input_shape[0]"}
_SEQUENCES: Row = {**_LENGTH, "input_dim": "input_shape[1]"}
_STEPS: Row = {"implementation": None}
# Keras 2's arguments of layers, beside those of Keras 1.
_KERAS_2: dict[str, Row] = {
    "Layer": {"batch_input_shape": "batch_shape", "input_dim": "input_shape[0]", "input_dtype": None},
    "RNN": _SEQUENCES,
    "Conv1D": _SEQUENCES,
    "LocallyConnected1D": {**_SEQUENCES, **_STEPS},
    "LocallyConnected2D": _STEPS,
    "Embedding": {**_LENGTH, "dropout": None},
    "Conv2DTranspose": {"output_shape": None},
    "InputLayer": {"input_shape": "shape", "batch_input_shape": "batch_shape"},
    "CategoryEncoding": {"max_tokens": "num_tokens"},
    "Discretization": {"bins": "bin_boundaries"},
    **dict.fromkeys(("SimpleRNN", "SimpleRNNCell", "GRU", "GRUCell", "LSTM", "LSTMCell"), _STEPS),
}

ARGUMENTS: dict[str, dict[str, Row]] = {
    "keras": {
        "DTypePolicy": {"loss_scale": None},
        "Model": {"input": "inputs", "output": "outputs"},
        "Model.compile": {"sample_weight_mode": None, "target_tensors": None},
        "Model.fit": {"nb_epoch": "epochs"},
        "Model.train_on_batch": {"reset_metrics": None},
        "Model.test_on_batch": {"reset_metrics": None},
    },
    "keras.activations": {
        "relu": {"alpha": "negative_slope"},
        "deserialize": {"name": "config"},
    },
    "keras.backend": {
        "set_epsilon": {"e": "value"},
        "set_floatx": {"floatx": "value"},
        "random_normal": {"std": "stddev"},
        "random_uniform": {"low": "minval", "high": "maxval"},
    },
    "keras.callbacks": {
        "ReduceLROnPlateau": {"epsilon": "min_delta"},
        "TensorBoard": {
            "batch_size": None,
            "write_grads": None,
            "embeddings_layer_names": None,
            "embeddings_data": None,
        },
    },
    "keras.constraints": {"MaxNorm": {"m": "max_value"}},
    "keras.layers": {name: KERAS_1.get(name, {}) | _KERAS_2.get(name, {}) for name in (*KERAS_1, *_KERAS_2)},
    **{f"keras.datasets.{name}": {"load_data": {"nb_words": "num_words"}} for name in ("imdb", "reuters")},
    "keras.preprocessing.text": {"Tokenizer": {"nb_words": "num_words"}},
    "keras.utils": {"to_categorical": {"y": "x", "nb_classes": "num_classes"}},
    "keras.preprocessing.image": {
        "load_img": {"grayscale": "color_mode"},
        "ImageDataGenerator": {"dim_ordering": "data_format"},
    },
    "keras.optimizers": {
        "Optimizer": {
            "lr": "learning_rate",
            "schedule_decay": None,
            "initial_decay": None,
            "jit_compile": None,
            "is_legacy_optimizer": None,
        },
        "LossScaleOptimizer": {"dynamic": None, "loss_scale": "initial_scale"},
    },
    "keras.regularizers": {
        "L1": {"l": "l1"},
        "L2": {"l": "l2"},
    },
}

#: Those of `fit_generator` and its siblings in Keras 1, but for those that count samples: see SAMPLES.
GENERATORS: Row = {
    "nb_epoch": "epochs",
    "nb_worker": "workers",
    "pickle_safe": "use_multiprocessing",
    "max_q_size": "max_queue_size",
}

#: Numbers of samples, which are numbers of batches today, and the argument with the generator that they are taken from.
SAMPLES = {
    "samples_per_epoch": ("steps_per_epoch", "generator"),
    "nb_val_samples": ("validation_steps", "validation_data"),
    "val_samples": ("steps", "generator"),
}

#: What methods took by place in Keras 2, where a string at the first place shows that this is meant.
NAME_FIRST: dict[str, dict[str, tuple[str, ...]]] = {
    "keras": {"Model.__init__": ("name",)},
    "keras.layers": {
        "Layer.add_weight": ("name", "shape", "dtype", "initializer", "regularizer", "trainable", "constraint"),
        "Layer.add_variable": ("name", "shape", "dtype", "initializer", "regularizer", "trainable", "constraint"),
    },
}
#: What the first argument of a layer's call is named in some version of Keras, where it is another name here.
INPUTS = ("inputs", "sequences", "sequence", "x")

_IN_KERAS_2: Row = {"inputs": "sequences"}
_SHAPE_IN_KERAS_2: Row = {"input_shape": "sequences_shape"}
SILENT: dict[str, dict[str, Row]] = {
    "keras.layers": {
        "Layer.add_loss": {"losses": "loss", "inputs": None},
        "Layer.compute_mask": {"mask": "previous_mask"},
        "DepthwiseConv2D.call": {"training": None},
        "PReLU.call": {"mask": None},
        "ThresholdedReLU.call": {"mask": None},
        "RNN.call": _IN_KERAS_2,
        "RNN.build": _SHAPE_IN_KERAS_2,
        "RNN.compute_mask": {"inputs": "_"},
        "RNN.get_initial_state": {"inputs": "batch_size"},
        "Bidirectional.call": _IN_KERAS_2,
        "Bidirectional.build": _SHAPE_IN_KERAS_2,
        "Bidirectional.compute_mask": {"inputs": "_"},
        "RecurrentCell.call": {"sequence": "inputs"},
    },
    "keras.utils": {
        "serialize_keras_object": {"instance": "obj"},
        "deserialize_keras_object": {"identifier": "config"},
    },
    "keras.optimizers": {
        "Optimizer.build": {"var_list": "variables"},
        "Optimizer.update_step": {"grad": "gradient"},
        "Optimizer.add_variable_from_reference": {
            "model_variable": "reference_variable",
            "variable_name": "name",
            "initial_value": None,
        },
    },
}
