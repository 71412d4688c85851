"""Architectures of Keras 1 and 2 as JSON: every rewriting of a config."""

import json

import pytest

import hornbeam
from hornbeam.models import model_from_json

# class, config, what the layer of today has; the input's shape.
KERAS_1 = [
    ("Dense", {"output_dim": 2, "init": "uniform", "bias": False}, {"units": 2, "use_bias": False}, (3,)),
    (
        "Convolution2D",
        {"nb_filter": 2, "nb_row": 2, "nb_col": 1, "border_mode": "same", "subsample": [1, 1], "dim_ordering": "tf"},
        {"filters": 2, "kernel_size": (2, 1), "padding": "same", "data_format": "channels_last"},
        (4, 4, 1),
    ),
    ("Convolution1D", {"nb_filter": 2, "filter_length": 2, "subsample_length": 1}, {"filters": 2}, (4, 1)),
    ("MaxPooling1D", {"pool_length": 2, "stride": 2, "border_mode": "valid"}, {"padding": "valid"}, (4, 1)),
    ("MaxPooling2D", {"pool_size": [2, 2], "strides": [2, 2], "dim_ordering": "tf"}, {}, (4, 4, 1)),
    ("Dropout", {"p": 0.25}, {"rate": 0.25}, (3,)),
    ("GaussianNoise", {"sigma": 0.5}, {"stddev": 0.5}, (3,)),
    (
        "LSTM",
        {"output_dim": 2, "inner_activation": "hard_sigmoid", "dropout_W": 0.1},
        {"units": 2, "dropout": 0.1},
        (4, 3),
    ),
    ("BatchNormalization", {"mode": 0, "epsilon": 0.01, "gamma_init": "one"}, {"epsilon": 0.01}, (3,)),
    ("Embedding", {"input_dim": 5, "output_dim": 2, "init": "uniform", "input_length": 3}, {"output_dim": 2}, (3,)),
    ("UpSampling1D", {"length": 3}, {"size": 3}, (4, 1)),
    ("TimeDistributedDense", {"output_dim": 2}, {}, (4, 3)),
]


@pytest.mark.parametrize(("name", "config", "wanted", "shape"), KERAS_1, ids=[row[0] for row in KERAS_1])
def test_layers_of_keras_1(name, config, wanted, shape):
    first = {"class_name": name, "config": {"name": "x", "batch_input_shape": [None, *shape], **config}}
    text = json.dumps({"class_name": "Sequential", "config": [first], "keras_version": "1.2.2"})
    model = model_from_json(text)
    assert model.input_shape == (None, *shape)
    assert {key: getattr(model.layers[0], key) for key in wanted} == wanted


@pytest.mark.parametrize("version", ["1.2.2", "2.3.1"])
def test_hard_sigmoid_of_old_files_is_the_old_one(version):
    config = {"name": "a", "batch_input_shape": [None, 1], "activation": "hard_sigmoid"}
    layer = {"class_name": "Activation", "config": config}
    text = json.dumps({"class_name": "Sequential", "config": {"layers": [layer]}, "keras_version": version})
    assert float(model_from_json(text).predict([[1.0]], verbose=0)[0, 0]) == pytest.approx(0.7)


def test_defaults_that_a_config_of_keras_2_does_not_have():
    layer = {"class_name": "GRU", "config": {"name": "g", "units": 2, "batch_input_shape": [None, 4, 3]}}
    text = json.dumps({"class_name": "Sequential", "config": {"layers": [layer]}, "keras_version": "2.0.8"})
    assert model_from_json(text).layers[0].reset_after is False


MODES = {"sum": "Add", "mul": "Multiply", "ave": "Average", "max": "Maximum", "concat": "Concatenate", "dot": "Dot"}


def merged(mode):
    def entry(name, class_name, config, calls):
        return {"name": name, "class_name": class_name, "config": {"name": name, **config}, "inbound_nodes": calls}

    start = {"batch_input_shape": [None, 3], "input_dtype": "float32", "sparse": False}
    merge = {"mode": mode, "concat_axis": -1, "dot_axes": -1, "mode_type": "raw", "arguments": {}}
    layers = [
        entry("a", "InputLayer", start, []),
        entry("b", "InputLayer", start, []),
        entry("m", "Merge", merge, [[["a", 0, 0], ["b", 0, 0]]]),
    ]
    ends = {"input_layers": [["a", 0, 0], ["b", 0, 0]], "output_layers": [["m", 0, 0]]}
    config = {"name": "model_1", "layers": layers, **ends}
    return json.dumps({"class_name": "Model", "config": config, "keras_version": "1.2.2"})


@pytest.mark.parametrize("mode", MODES)
def test_merge(mode):
    model = model_from_json(merged(mode))
    assert type(model.get_layer("m")).__name__ == MODES[mode] and len(model.inputs) == 2


def test_a_merge_with_a_function_is_refused_by_name():
    with pytest.raises(ValueError, match="Layer `m` is a `Merge` of Keras 1 with mode='func'"):
        model_from_json(merged("func"))


def test_a_model_inside_a_model_counts_its_calls_from_1():
    start = {"batch_input_shape": [None, 3], "dtype": "float32", "sparse": False}
    dense = {"name": "d", "units": 2, "kernel_initializer": {"class_name": "VarianceScaling", "config": {"scale": 2.0}}}
    inner = {"name": "inner", "layers": [{"class_name": "Dense", "config": {**dense, "batch_input_shape": [None, 3]}}]}
    layers = [
        {"name": "i", "class_name": "InputLayer", "config": {"name": "i", **start}, "inbound_nodes": []},
        {"name": "inner", "class_name": "Sequential", "config": inner, "inbound_nodes": [[["i", 0, 0, {}]]]},
        {"name": "f", "class_name": "Flatten", "config": {"name": "f"}, "inbound_nodes": [[["inner", 1, 0, {}]]]},
    ]
    ends = {"input_layers": [["i", 0, 0]], "output_layers": [["f", 0, 0]]}
    text = json.dumps(
        {"class_name": "Model", "config": {"name": "m", "layers": layers, **ends}, "keras_version": "2.3.1"}
    )
    model = model_from_json(text)
    assert model.output_shape == (None, 2) and isinstance(model, hornbeam.models.Functional)
