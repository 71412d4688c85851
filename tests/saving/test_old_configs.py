"""Architectures of Keras 1 and 2 as JSON: every rewriting of a config."""

import json
import warnings
import zipfile

import h5py
import numpy as np
import pytest

import hornbeam
from hornbeam.models import model_from_json
from hornbeam.saving.compiling import compile_from

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


OF_A_KERNEL = {"kernel_initializer": {"class_name": "Zeros", "config": {}}, "kernel_regularizer": None}
OF_TF_1 = {"renorm": False, "renorm_clipping": None, "renorm_momentum": 0.99, "fused": True, "adjustment": None}
# class, config, the class of today, what it has; the input's shape.
TF_KERAS = [
    ("DepthwiseConv2D", {"kernel_size": [2, 2], "groups": 1, **OF_A_KERNEL}, "DepthwiseConv2D", {}, (4, 4, 1)),
    ("SeparableConv1D", {"filters": 2, "kernel_size": [2], "groups": 1, **OF_A_KERNEL}, "SeparableConv1D", {}, (4, 1)),
    ("Conv2DTranspose", {"filters": 2, "kernel_size": [2, 2], "groups": 1}, "Conv2DTranspose", {}, (4, 4, 1)),
    (
        "BatchNormalizationV1",
        {"axis": {"class_name": "__tuple__", "items": [3]}, **OF_TF_1},
        "BatchNormalization",
        {"axis": 3},
        (4, 4, 2),
    ),
    ("SyncBatchNormalization", {"axis": [1]}, "BatchNormalization", {"axis": 1}, (2,)),
    ("LSTMV2", {"units": 2, "time_major": False}, "LSTM", {}, (4, 3)),
    ("UnifiedGRU", {"units": 2, "reset_after": True}, "GRU", {"reset_after": True}, (4, 3)),
    ("Activation", {"activation": "softmax_v2"}, "Activation", {"activation": hornbeam.activations.softmax}, (3,)),
    (
        "CategoryEncoding",
        {"max_tokens": 4, "output_mode": "binary"},
        "CategoryEncoding",
        {"num_tokens": 4, "output_mode": "multi_hot"},
        (3,),
    ),
    ("Discretization", {"bins": [0.0]}, "Discretization", {"bin_boundaries": [0.0]}, (3,)),
]


def stacked(name, config, shape, version="2.9.0"):
    first = {"class_name": name, "config": {"name": "x", "batch_input_shape": [None, *shape], **config}}
    return json.dumps({"class_name": "Sequential", "config": {"layers": [first]}, "keras_version": version})


@pytest.mark.parametrize(("name", "config", "today", "wanted", "shape"), TF_KERAS, ids=[row[0] for row in TF_KERAS])
def test_layers_of_tf_keras(name, config, today, wanted, shape):
    layer = model_from_json(stacked(name, config, shape)).layers[0]
    assert type(layer).__name__ == today
    assert {key: getattr(layer, key) for key in wanted} == wanted


def test_what_would_change_something_is_not_left_out():
    with pytest.raises(ValueError, match="`DepthwiseConv2D` has no argument `groups`"):
        model_from_json(stacked("DepthwiseConv2D", {"kernel_size": [2, 2], "groups": 2}, (4, 4, 2)))


def test_a_class_of_the_users_has_the_arguments_that_ours_lacks():
    class Mine(hornbeam.layers.DepthwiseConv2D):
        def __init__(self, *args, groups=1, **kwargs):
            super().__init__(*args, **kwargs)
            self.groups = groups

    assert Mine.from_config({"kernel_size": 2, "groups": 1, "kernel_initializer": "zeros"}).groups == 1


def test_a_kernel_that_low_rank_products_were_added_to():
    config = {"units": 2, "lora_rank": 4, "lora_alpha": 4, "quantization_config": None}
    assert hornbeam.layers.Dense.from_config(config).units == 2


def test_the_shape_of_one_input_of_several_builds_nothing():
    layer = hornbeam.layers.MultiHeadAttention(1, 2)
    layer.build_from_config({"input_shape": [None, 3, 2]})
    assert not layer.built
    layer.build_from_config({"shapes_dict": {"query_shape": [None, 3, 2], "value_shape": [None, 3, 2]}})
    assert layer.built


@pytest.mark.parametrize("causal", [False, True])
def test_attention_between_steps(causal):
    """Its shapes, as tf.keras wrote them; whether a step sees those after it was said to the constructor."""
    start = {"batch_input_shape": [None, 3, 2], "dtype": "float32", "ragged": False}
    shape = {"class_name": "TensorShape", "items": [None, 3, 2]}
    heads = {"num_heads": 1, "key_dim": 2, "query_shape": shape, "key_shape": shape, "value_shape": [None, 3, 2]}
    layers = [
        {"name": "i", "class_name": "InputLayer", "config": {"name": "i", **start}, "inbound_nodes": []},
        {
            "name": "a",
            "class_name": "Attention",
            "config": {"name": "a", "use_scale": False, "causal": causal, "dropout": 0.0},
            "inbound_nodes": [[["i", 0, 0, {}], ["i", 0, 0, {}]]],
        },
        {
            "name": "m",
            "class_name": "MultiHeadAttention",
            "config": {"name": "m", **heads},
            "inbound_nodes": [[["a", 0, 0, {"value": ["a", 0, 0]}]]],
        },
    ]
    ends = {"input_layers": [["i", 0, 0]], "output_layers": [["a", 0, 0], ["m", 0, 0]]}
    config = {"name": "g", "layers": layers, **ends}
    model = model_from_json(json.dumps({"class_name": "Functional", "config": config, "keras_version": "2.9.0"}))
    x = np.random.default_rng(0).normal(size=(1, 3, 2)).astype("float32")
    attended, _ = model(x)
    wanted = hornbeam.layers.Attention()([x, x], use_causal_mask=causal)
    np.testing.assert_allclose(*map(hornbeam.ops.convert_to_numpy, (attended, wanted)), rtol=1e-5)


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


def test_a_flag_in_a_call_of_keras_2_was_given():
    start = {"batch_input_shape": [None, 3], "dtype": "float32", "sparse": False}
    calls = [[["i", 0, 0, {"training": False}]]]
    layers = [
        {"name": "i", "class_name": "InputLayer", "config": {"name": "i", **start}, "inbound_nodes": []},
        {"name": "d", "class_name": "Dropout", "config": {"name": "d", "rate": 0.9}, "inbound_nodes": calls},
    ]
    config = {"name": "m", "layers": layers, "input_layers": [["i", 0, 0]], "output_layers": [["d", 0, 0]]}
    model = model_from_json(json.dumps({"class_name": "Model", "config": config, "keras_version": "2.3.1"}))
    assert (hornbeam.ops.convert_to_numpy(model(np.ones((5, 3)), training=True)) == 1).all()


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


ADAM = {"name": "Adam", "learning_rate": 0.5, "decay": 0.0, "beta_1": 0.9, "amsgrad": False}
DECAYING = {"class_name": "ExponentialDecay", "config": {"initial_learning_rate": 0.5, "decay_steps": 9}}
DECAYING["config"] |= {"decay_rate": 0.9, "staircase": False, "name": None}
SCALE = {
    "class_name": "DynamicLossScale",
    "config": {"initial_loss_scale": 8.0, "increment_period": 3, "multiplier": 2},
}
OPTIMIZERS = {
    "of TensorFlow 2.11": {"class_name": "Custom>Adam", "config": {**ADAM, "is_legacy_optimizer": False}},
    "of TensorFlow 2.12": {"module": "keras.optimizers", "class_name": "Adam", "registered_name": "Custom>Adam"},
    "with a schedule": {"class_name": "Adam", "config": {**ADAM, "learning_rate": DECAYING}},
    "scaled": {
        "class_name": "LossScaleOptimizerV3",
        "config": {"inner_optimizer": {"class_name": "Custom>Adam", "config": ADAM}, "dynamic": True},
    },
    "scaled before 2.4": {
        "class_name": "LossScaleOptimizer",
        "config": {"optimizer": {"class_name": "Adam", "config": ADAM}, "loss_scale": SCALE},
    },
}


def compiled_as(arguments):
    model = hornbeam.Sequential([hornbeam.Input((3,)), hornbeam.layers.Dense(1)])
    compile_from(model, arguments, "m.h5")
    return model


@pytest.mark.parametrize("made", OPTIMIZERS)
def test_optimizers_of_tf_keras(made):
    optimizer = compiled_as({"optimizer_config": {"config": ADAM, **OPTIMIZERS[made]}, "loss": "mse"}).optimizer
    if "scaled" in made:
        assert optimizer.initial_scale == (8.0 if "before" in made else 32768.0)
        optimizer = optimizer.inner_optimizer
    assert type(optimizer) is hornbeam.optimizers.Adam and float(optimizer.learning_rate) == pytest.approx(0.5)
    assert isinstance(optimizer.get_config()["learning_rate"], dict) is ("schedule" in made)


def test_what_was_not_given_to_compile_is_null():
    nothing = dict.fromkeys(("metrics", "loss_weights", "run_eagerly", "steps_per_execution", "jit_compile"))
    assert compiled_as({"optimizer": "adam", "loss": "mse", **nothing}).compiled


@pytest.mark.parametrize("fn", ["binary_crossentropy", {"class_name": "function", "config": "binary_crossentropy"}])
def test_a_loss_of_tf_keras_names_its_function(fn):
    config = {"reduction": "auto", "name": "loss", "from_logits": True, "fn": fn}
    loss = {"class_name": "BinaryCrossentropy", "config": config}
    model = compiled_as({"optimizer": "adam", "loss": {"dense": loss}, "metrics": [[{**loss, "config": {"fn": fn}}]]})
    assert model.compiled


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
