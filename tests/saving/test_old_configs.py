"""Architectures of Keras 1 and 2 as JSON: every rewriting of a config."""

import json
import warnings
import zipfile

import h5py
import numpy as np
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


POLICY = {"class_name": "Policy", "config": {"name": "mixed_float16"}}
DENSE = {
    "name": "d",
    "units": 2,
    "batch_input_shape": [None, 3],
    "kernel_initializer": {"class_name": "Zeros", "config": {}},
}
STACK = [{"class_name": "Dense", "config": DENSE}]
GRAPH = {
    "name": "m",
    "layers": [
        {
            "name": "i",
            "class_name": "InputLayer",
            "config": {"name": "i", "batch_input_shape": [None, 3], "dtype": "float32", "sparse": False},
            "inbound_nodes": [],
        },
        {"name": "d", "class_name": "Dense", "config": {"name": "d", "units": 2}, "inbound_nodes": [[["i", 0, 0, {}]]]},
    ],
    "input_layers": [["i", 0, 0]],
    "output_layers": [["d", 0, 0]],
}


class TestFromConfig:
    """Old configs, given to `from_config` itself."""

    def test_layers(self):
        layer = hornbeam.layers.Dense.from_config(DENSE)
        assert layer.units == 2 and type(layer.kernel_initializer).__name__ == "Zeros"
        scaled = {"class_name": "VarianceScaling", "config": {"scale": 2.0, "mode": "fan_in", "distribution": "normal"}}
        assert (
            hornbeam.layers.Dense.from_config({"units": 1, "kernel_initializer": scaled}).kernel_initializer.scale == 2
        )

    def test_a_recurrent_layer_has_the_old_hard_sigmoid(self):
        config = {"units": 2, "recurrent_activation": "hard_sigmoid", "implementation": 1}
        for layer in (
            hornbeam.layers.LSTM.from_config(config),
            hornbeam.layers.Bidirectional.from_config(
                {"layer": {"class_name": "LSTM", "config": config}}
            ).forward_layer,
        ):
            assert float(layer.recurrent_activation(np.float32(1.0))) == pytest.approx(0.7)

    def test_what_is_written_by_hand_has_the_defaults_of_today(self):
        assert hornbeam.layers.GRU.from_config({"units": 2}).reset_after is True

    def test_a_class_of_the_users(self):
        class Mine(hornbeam.layers.Dense):
            pass

        assert type(Mine.from_config(DENSE)) is Mine and Mine.from_config(DENSE).units == 2

    @pytest.mark.parametrize("config", [STACK, {"name": "s", "layers": STACK}], ids=["a list", "a dictionary"])
    def test_stacks(self, config):
        model = hornbeam.Sequential.from_config(config)
        assert model.input_shape == (None, 3) and model.output_shape == (None, 2)

    @pytest.mark.parametrize("cls", ["Model", "Functional"])
    def test_graphs(self, cls):
        assert getattr(hornbeam.models, cls).from_config(GRAPH).output_shape == (None, 2)

    @pytest.mark.parametrize("dtype", [POLICY, {"module": "keras.mixed_precision", **POLICY}], ids=["plain", "module"])
    def test_policies(self, dtype):
        assert hornbeam.layers.Dense.from_config({"units": 2, "dtype": dtype}).compute_dtype == "float16"

    def test_the_rate_of_an_optimizer(self):
        config = {"lr": 0.5, "beta_1": 0.9, "decay": 0.0}
        assert hornbeam.optimizers.Adam.from_config(config).learning_rate == 0.5
        made = hornbeam.optimizers.deserialize({"class_name": "Adam", "config": config})
        assert made.learning_rate == 0.5


MODULES = [
    ("keras.engine.sequential", "Sequential", {"layers": STACK}),
    ("keras.src.engine.sequential", "Sequential", {"layers": STACK}),
    ("tensorflow.python.keras.engine.sequential", "Sequential", {"layers": STACK}),
    ("keras.engine.functional", "Functional", GRAPH),
    ("keras.src.engine.functional", "Functional", GRAPH),
    ("keras.layers.core.dense", "Dense", DENSE),
    ("keras.src.layers.core.dense", "Dense", DENSE),
    ("tf_keras.src.layers.core.dense", "Dense", DENSE),
    ("keras.src.backend.torch.optimizers.torch_adam", "Adam", {"learning_rate": 0.1}),  # of Keras on PyTorch
]


@pytest.mark.parametrize(("module", "name", "config"), MODULES, ids=[row[0] for row in MODULES])
def test_modules_of_keras(module, name, config):
    made = hornbeam.saving.deserialize_keras_object(
        {"module": module, "class_name": name, "config": config, "registered_name": name}
    )
    assert type(made).__name__ == name


@pytest.mark.parametrize("module", ["keras.layers_of_mine", "os", "keras.utils.generic", "kerasx.layers"])
def test_modules_that_are_none_of_keras(module):
    with pytest.raises(ValueError, match="unknown to Hornbeam"):
        hornbeam.layers.deserialize({"module": module, "class_name": "Dense", "config": DENSE})


def test_an_archive_of_tf_keras(tmp_path):
    """tf.keras 2.13 to 2.15 write `.keras` with configs in Keras 2's form."""
    model = hornbeam.models.Functional.from_config(GRAPH)
    model.save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        weights = archive.read("model.weights.h5")
    config = {"module": "keras.src.engine.functional", "class_name": "Functional", "config": GRAPH}
    with zipfile.ZipFile(tmp_path / "tf.keras", "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "2.15.0"}))
        archive.writestr("config.json", json.dumps({**config, "registered_name": "Functional"}))
        archive.writestr("model.weights.h5", weights)
    copy = hornbeam.saving.load_model(tmp_path / "tf.keras")
    np.testing.assert_array_equal(copy.get_weights()[0], model.get_weights()[0])


class TestChangedDefaults:
    """Weights of old versions, for a model that was made with the defaults of today."""

    def write(self, path, model, version):
        with h5py.File(path, "w") as file:
            file.attrs["layer_names"] = [layer.name for layer in model.layers]
            file.attrs["keras_version"] = version
            for layer in model.layers:
                group = file.create_group(layer.name)
                group.attrs["weight_names"] = [f"w{i}" for i in range(len(layer.weights))]
                for i, value in enumerate(layer.get_weights()):
                    group[f"w{i}"] = value

    def model(self, activation="sigmoid"):
        layers = hornbeam.layers
        lstm = layers.Bidirectional(layers.LSTM(2, recurrent_activation=activation), name="both")
        return hornbeam.Sequential([hornbeam.Input((4, 3)), lstm, layers.BatchNormalization(name="norm")])

    def test_it_is_said_once(self, tmp_path):
        model = self.model()
        self.write(tmp_path / "w.h5", model, "2.2.4")
        with pytest.warns(UserWarning, match=r"(?s)w\.h5` was written by Keras 2\.2\.4.*'hard_sigmoid'") as caught:
            model.load_weights(tmp_path / "w.h5")
        assert len(caught) == 1 and caught[0].filename == __file__
        assert "`forward_lstm" in str(caught[0].message) and "norm" not in str(caught[0].message)

    def test_the_first_keras_had_other_statistics(self, tmp_path):
        model = self.model()
        self.write(tmp_path / "w.h5", model, "1.0.1")
        with pytest.warns(UserWarning, match=r"`norm` has momentum=0\.99, and the default was momentum=0\.9"):
            model.load_weights(tmp_path / "w.h5")

    @pytest.mark.parametrize(
        ("version", "activation"), [("2.2.4-tf", "sigmoid"), ("2.15.0", "sigmoid"), ("2.2.4", "keras2_hard_sigmoid")]
    )
    def test_nothing_is_said_where_nothing_changed(self, version, activation, tmp_path):
        model = self.model(activation)
        self.write(tmp_path / "w.h5", model, version)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            model.load_weights(tmp_path / "w.h5")
