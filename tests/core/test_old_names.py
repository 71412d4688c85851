"""Old spellings: every row of the tables means what the new one means, and is said once."""

import copy
import importlib
import inspect
import io
import pickle
import warnings

import numpy as np
import pytest

import hornbeam
from hornbeam import activations, layers, losses, metrics, optimizers, regularizers
from hornbeam.callbacks import Callback
from hornbeam.core.old_names.arguments import ARGUMENTS, SILENT
from hornbeam.core.old_names.attributes import ATTRIBUTES
from hornbeam.core.old_names.modules import IN_FILES, MODULES
from hornbeam.core.old_names.names import OLD, SHORT
from hornbeam.core.old_names.values import VALUES
from hornbeam.core.registry import MODULES as HOMES
from hornbeam.core.renaming import arguments, notice
from hornbeam.core.renaming.modules import OldModule
from hornbeam.legacy.imports import homes_of
from hornbeam.preprocessing.image import ImageDataGenerator

ignored = pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")

# What a callee must be given beside the old argument.
SIZES = {"units": 2, "filters": 2, "kernel_size": 1, "input_dim": 3, "output_dim": 2, "rate": 0.5, "stddev": 0.5}
REQUIRED = {
    "load_img": {"path": io.BytesIO(b"P6 1 1 255\n\x01\x02\x03")},
    "RNN": {"cell": layers.SimpleRNNCell(2)},
    "InputLayer.input_dtype": {"shape": (3,)},
    "LossScaleOptimizer": {"inner_optimizer": optimizers.SGD()},
    "relu": {"x": np.array([-2.0, 1.0], "float32")},
    "deserialize": {},
    "to_categorical.nb_classes": {"x": [1, 0]},
    "random_normal": {"shape": (2,), "seed": 1},
    "random_uniform": {"shape": (2,), "seed": 1},
}
# Values for the old arguments, where they are not 0.25.
GIVEN = {
    "set_epsilon.e": 1e-7,  # as it is already, for what comes after
    "set_floatx.floatx": "float32",
    "grayscale": True,
    "floatx": "float32",
    "batch_input_shape": (2, 3),
    "input_dim": 3,
    "input_length": 5,
    "input_dtype": "int32",
    "dynamic": True,
    "name": "relu",
    "input_shape": (3,),
    "init": "zeros",
    "inner_init": "zeros",
    "gamma_init": "zeros",
    "beta_init": "zeros",
    "bias": False,
    "inner_activation": "relu",
    "border_mode": "same",
    "LocallyConnected1D.border_mode": "valid",
    "LocallyConnected2D.border_mode": "valid",
    "dim_ordering": "th",
    "forget_bias_init": "one",
    "y": [1, 0],
    "nb_classes": 3,
    "max_tokens": 3,
    "Discretization.bins": [0.25],
    "mode": 2,
    **{f"{weight}_regularizer": regularizers.L1(0.5) for weight in "WUb"},
    **dict.fromkeys(("W_constraint", "b_constraint"), "non_neg"),
    **dict.fromkeys(("nb_filter", "output_dim", "implementation", "length", "subsample_length", "stride"), 2),
    **dict.fromkeys(("nb_row", "nb_col", "filter_length", "pool_length", "subsample", "atrous_rate"), 2),
    **dict.fromkeys(("kernel_dim1", "kernel_dim2", "kernel_dim3"), 2),
    "write_grads": True,
}
# Those of a tuple that are given together.
TOGETHER = (("nb_row", "nb_col"), ("kernel_dim1", "kernel_dim2", "kernel_dim3"))


@pytest.fixture
def unsaid(monkeypatch):
    """As if no old spelling had been met yet."""
    monkeypatch.setattr(notice, "_said", set())


def family(module):
    return importlib.import_module(module.replace("keras", "hornbeam", 1))


def rows(table):
    for module, callees in table.items():
        for callee, row in callees.items():
            for old in row:
                yield pytest.param(module, callee, old, row, id=f"{callee}-{old}")


def of_constructors(table):
    """The rows of classes and functions; those of methods have tests of their own, here and beside the methods."""
    return {
        module: {key: row for key, row in rows.items() if "." not in key and key not in ("Model", "load_data")}
        for module, rows in table.items()
    }


def required_by(make, given):
    """The sizes that a layer must be given beside `given`."""
    parameters = inspect.signature(make).parameters.values() if isinstance(make, type) else ()
    return {p.name: SIZES[p.name] for p in parameters if p.default is p.empty and p.name in SIZES.keys() - given.keys()}


def seen(made):
    """What a callee made, in a form that can be compared."""
    if isinstance(made, layers.Layer):
        return made.get_config() | {"name": None, "input": made.__hornbeam__.first_shape}
    if isinstance(made, Callback | ImageDataGenerator):
        return {name: value for name, value in vars(made).items() if name[0] != "_"}
    return made.get_config() | {"name": None} if hasattr(made, "get_config") else np.asarray(made).tolist()


@ignored
@pytest.mark.parametrize(("module", "callee", "old", "row"), list(rows(of_constructors(ARGUMENTS))))
def test_an_old_argument_is_that_of_today(module, callee, old, row):
    make = getattr(family(module), callee)
    old_one = {
        name: GIVEN.get(f"{callee}.{name}", GIVEN.get(name, 0.25))
        for name in next((them for them in TOGETHER if old in them), [old])
    }
    new_one = arguments.translated({name: row[name] for name in old_one}, old_one, callee)
    assert old not in new_one
    required = REQUIRED.get(f"{callee}.{old}", REQUIRED.get(callee)) or required_by(make, new_one)
    if callee == "deserialize":
        assert make(**old_one) is make(**new_one)
    else:
        assert seen(make(**required, **old_one)) == seen(make(**required, **new_one))


@pytest.mark.parametrize(
    ("module", "callee", "old", "row"), list(rows({"keras.optimizers": SILENT["keras.optimizers"]}))
)
def test_what_keras_3_calls_so_somewhere_is_taken_in_silence(module, callee, old, row):
    cls, _, method = callee.partition(".")
    variable, one = hornbeam.Variable(np.ones(2)), hornbeam.Variable(np.ones(2))
    given = {
        "build": {"variables": []},
        "update_step": {"gradient": np.ones(2, "float32"), "variable": variable, "learning_rate": 0.5},
        "add_variable_from_reference": {"reference_variable": one, "name": "m", None: 0.0},
    }[method]
    for kind in (getattr(family(module), cls), optimizers.SGD, optimizers.MultiOptimizer):
        assert getattr(kind, method).old_names == row
    optimizer = optimizers.SGD()
    optimizer.build([variable])
    others = {name: value for name, value in given.items() if name not in (row[old], None)}
    made = getattr(optimizer, method)(**{old: given[row[old]]}, **others)
    if method == "update_step":
        assert variable.numpy().tolist() == [0.5, 0.5]
    if method == "add_variable_from_reference":
        assert made.shape == (2,) and made.name.endswith("m")


@ignored
@pytest.mark.parametrize("module", [*OLD, *SHORT])
def test_an_old_name_is_the_class_or_function_of_today(module):
    home = family(module)
    for old, new in (OLD.get(module, {}) | SHORT.get(module, {})).items():
        assert getattr(home, old) is getattr(home, new)
        assert old not in home.__all__ and new in home.__all__
        if module not in ("keras.optimizers", "keras.layers"):
            assert type(home.get(old)) is type(home.get(new))


@ignored
def test_old_attributes_and_modules():
    for module, classes in ATTRIBUTES.items():
        for cls, names in classes.items():
            for old, new in names.items():
                assert old in vars(getattr(family(module), cls)) and new in dir(getattr(family(module), cls))
    optimizer = optimizers.SGD(0.5)
    optimizer.lr = 0.25
    assert optimizer.lr is optimizer.learning_rate and float(optimizer.lr) == 0.25
    assert set(IN_FILES.values()) <= set(HOMES)


@ignored
@pytest.mark.parametrize("old", MODULES)
def test_old_modules_have_the_names_of_todays(old):
    module = OldModule(f"keras.{old}", homes_of(f"keras.{old}"))
    for home in MODULES[old]:
        today = importlib.import_module(f"hornbeam.{home}")
        assert all(getattr(module, name) is not None for name in today.__all__)


def test_modules_of_keras_2_that_are_folders_today_have_their_layers():
    pooling = importlib.import_module("hornbeam.layers.pooling")
    assert pooling.MaxPooling1D is layers.MaxPooling1D and pooling.AveragePooling2D is layers.AveragePooling2D


def test_old_values():
    assert losses.MeanSquaredError(reduction="auto").reduction == "sum_over_batch_size"
    assert VALUES["reduction"]["auto"] == "sum_over_batch_size"


class Scaled(layers.Dense):
    def __init__(self, units, scale=1.0, **kwargs):
        super().__init__(units, **kwargs)
        self.scale = scale


class Fixed(layers.Dense):
    def __init__(self):
        super().__init__(3, input_dim=4)


class Slow(optimizers.Adam):
    def __init__(self, learning_rate=0.125, **kwargs):
        super().__init__(learning_rate, **kwargs)


@ignored
def test_subclasses_of_users_take_them_and_pass_them_on():
    layer = Scaled(3, input_dim=4)
    assert layer.__hornbeam__.first_shape == Fixed().__hornbeam__.first_shape == (None, 4)
    again = Scaled.from_config(layer.get_config())
    assert again.get_config() == layer.get_config() and not {"input_dim", "input_shape"} & layer.get_config().keys()
    assert float(Slow().learning_rate) == 0.125 and float(Slow(lr=0.5).learning_rate) == 0.5
    config = Slow(lr=0.5, schedule_decay=0.1).get_config()
    assert config["learning_rate"] == 0.5 and not {"lr", "schedule_decay"} & config.keys()


@ignored
def test_copies_pickles_and_configs_have_the_new_names():
    regularizer = regularizers.L2(l=0.5)
    for again in (copy.deepcopy(regularizer), pickle.loads(pickle.dumps(regularizer))):
        assert again.get_config() == {"l2": 0.5} and repr(again) == "L2(l2=0.5)"
    optimizer = optimizers.SGD(lr=0.5)
    assert copy.deepcopy(optimizer).get_config()["learning_rate"] == 0.5
    assert pickle.loads(pickle.dumps(activations.relu)) is activations.relu


def test_configs_with_old_names_are_read_in_silence(unsaid):
    assert regularizers.L2.from_config({"l": 0.5}).l2 == 0.5
    assert float(optimizers.Adam.from_config({"lr": 0.5, "jit_compile": True}).learning_rate) == 0.5
    assert layers.Dense.from_config({"units": 2, "batch_input_shape": [None, 3]}).__hornbeam__.first_shape == (None, 3)
    assert losses.deserialize("logcosh") is losses.log_cosh
    policy = {"class_name": "Policy", "config": {"name": "mixed_float16", "loss_scale": {"class_name": "LossScale"}}}
    assert layers.Dense.from_config({"units": 2, "dtype": policy}).dtype_policy.name == "mixed_float16"


def test_signatures_show_the_arguments_of_today():
    for callee, old in ((optimizers.SGD, "lr"), (layers.Dense, "input_dim"), (regularizers.L2, "l")):
        assert old not in inspect.signature(callee).parameters
    assert list(inspect.signature(activations.relu).parameters)[:2] == ["x", "negative_slope"]
    assert "negative_slope" in inspect.signature(activations.relu).parameters


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: layers.Dense(2, input_dim=3), "`Dense(input_dim=3)` is now `Dense(input_shape=(3,))`."),
        (lambda: optimizers.SGD(lr=0.5), "`SGD(lr=0.5)` is now `SGD(learning_rate=0.5)`."),
        (lambda: optimizers.SGD(0.5).lr, "`lr` of `SGD` is now called `learning_rate`."),
        (lambda: optimizers.Adam(jit_compile=True), "`Adam(jit_compile=True)` is written without it"),
        (lambda: activations.relu(0.0, alpha=0.5), "`relu(alpha=0.5)` is now `relu(negative_slope=0.5)`."),
        (lambda: losses.huber_loss, "`huber_loss` in `hornbeam.losses` is now called `huber`."),
        (lambda: losses.get("cosine"), "`cosine` in `hornbeam.losses` is now called `cosine_similarity`."),
    ],
)
def test_an_old_spelling_is_said_once_where_it_was_written(unsaid, make, sentence):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        make()
        make()
    (one,) = said
    assert sentence in str(one.message) and one.filename == __file__
    assert one.category is hornbeam.OldNameWarning


def test_what_keras_3_takes_is_not_said(unsaid):
    assert metrics.get("mse").name == "mean_squared_error" and losses.mse is losses.mean_squared_error
    assert layers.MaxPool2D is layers.MaxPooling2D and layers.Convolution2D is layers.Conv2D
    assert layers.Dense(2, input_shape=(3,)).__hornbeam__.first_shape == (None, 3)
    assert optimizers.SGD(0.5, decay=0.5).decay == 0.5


def test_unknown_names_stay_errors():
    with pytest.raises(AttributeError, match=r"module 'hornbeam.losses' has no attribute 'mean_sqared'"):
        losses.mean_sqared  # noqa: B018
    with pytest.raises(TypeError, match="`L2` has no argument `ll`"):
        regularizers.L2(ll=1)
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("hornbeam.optimizers.older")
    with pytest.raises(TypeError, match=r"`dynamic` of `LossScaleOptimizer` must be True.*Received: dynamic=False"):
        optimizers.LossScaleOptimizer(optimizers.SGD(), dynamic=False)


# What the tables can say, on a made-up callee.
ROW = {
    "nb_filter": "filters",
    "nb_row": "kernel_size[0]",
    "nb_col": "kernel_size[1]",
    "init": "depthwise_initializer, pointwise_initializer",
    "dim_ordering": "data_format",
    "mode": None,
}


@pytest.mark.parametrize(
    ("given", "today"),
    [
        ({"nb_filter": 3, "padding": "same"}, {"filters": 3, "padding": "same"}),
        ({"nb_col": 2, "nb_row": 3}, {"kernel_size": (3, 2)}),
        ({"nb_col": 2}, {"kernel_size": (None, 2)}),
        ({"nb_row": None}, {}),
        ({"init": "zeros"}, {"depthwise_initializer": "zeros", "pointwise_initializer": "zeros"}),
        ({"dim_ordering": "th"}, {"data_format": "channels_first"}),
        ({"dim_ordering": "default"}, {"data_format": None}),
        ({"dim_ordering": "channels_last"}, {"data_format": "channels_last"}),
        ({"mode": 0, "filters": 1}, {"filters": 1}),
        ({"filters": 1, "nb_filter": 2}, {"filters": 2}),
    ],
)
def test_what_a_row_can_say(monkeypatch, given, today):
    monkeypatch.setitem(VALUES, "dim_ordering", {"tf": "channels_last", "th": "channels_first", "default": None})
    monkeypatch.setitem(VALUES, "Callee.mode", {0: None})
    assert arguments.translated(ROW, given, "Callee") == today
    with pytest.raises(TypeError, match=r"`mode` of `Callee` must be 0.*Received: mode=1"):
        arguments.translated(ROW, {"mode": 1}, "Callee")


@ignored
def test_a_required_argument_may_have_its_old_name():
    class Units:
        def __init__(self, units, *rest):
            self.units, self.rest = units, rest

    Units.__init__ = arguments.accepting(Units.__init__, {"output_dim": "units"})
    assert Units(output_dim=3).units == Units(3).units == 3
    assert Units(1, 2, 3, output_dim=4).units == 4 and Units(1, 2, 3).rest == (2, 3)


@ignored
def test_sizes_one_by_one_as_in_keras_1():
    """Where another argument shows that Keras 1 is meant: without it, the third is `strides`, as in Keras 3."""
    old = layers.Convolution2D(4, 3, 2, border_mode="same", subsample=(2, 2), name="c")
    assert old.get_config() == layers.Conv2D(4, (3, 2), (2, 2), "same", name="c").get_config()
    assert layers.Conv3D(4, 3, 2, 1, init="zero").kernel_size == (3, 2, 1)
    assert layers.Convolution2D(4, (3, 3), (2, 2), border_mode="same").strides == (2, 2)
    assert layers.Conv2D(4, 3, 3).strides == (3, 3)
    assert layers.LSTM(4, dropout_W=0.5, implementation=2).dropout == 0.5
    with pytest.raises(TypeError, match=r"`mode` of `BatchNormalization` must be 0 or 2"):
        layers.BatchNormalization(mode=1)


@ignored
def test_a_model_of_2016(engine):
    """The network for MNIST as it was written for Keras 1, in small."""
    model = hornbeam.Sequential()
    model.add(layers.Convolution2D(4, 3, 3, border_mode="valid", input_shape=(1, 8, 8), dim_ordering="th"))
    model.add(layers.Activation("relu"))
    model.add(layers.MaxPooling2D(pool_size=(2, 2), dim_ordering="th"))
    model.add(layers.Dropout(p=0.25))
    model.add(layers.Flatten())
    model.add(layers.Dense(output_dim=5, init="uniform", W_regularizer="l2"))
    model.add(layers.Activation("softmax"))
    assert [layer.output.shape for layer in model.layers][::3] == [(None, 4, 6, 6), (None, 4, 3, 3), (None, 5)]
    model.compile(loss="categorical_crossentropy", optimizer=optimizers.SGD(lr=0.1))
    x = np.zeros((2, 1, 8, 8), "float32")
    assert np.isfinite(model.fit(x, np.eye(5)[:2], batch_size=2, epochs=1, verbose=0).history["loss"][0])
