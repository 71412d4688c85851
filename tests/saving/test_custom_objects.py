"""`custom_objects`: the user's class wins over Hornbeam's of the same name, and a name that matches nothing is said."""

import json
import warnings

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, saving


def mine(cls):
    """A class of the user's with the name of one of Hornbeam's."""
    return type(cls.__name__, (cls,), {"__module__": "users.code"})


def two_layers():
    x = hornbeam.Input((3,))
    model = hornbeam.Model(x, layers.Dense(1)(layers.Dropout(0.5)(x)))
    model.compile(hornbeam.optimizers.Adam(), hornbeam.losses.MeanSquaredError())
    return model


def in_scope(objects, fn):
    with saving.custom_object_scope(objects):
        return fn()


FAMILIES = {
    "layers": (layers, layers.Dense, {"units": 2}),
    "losses": (hornbeam.losses, hornbeam.losses.Huber, {}),
    "metrics": (hornbeam.metrics, hornbeam.metrics.AUC, {}),
    "optimizers": (hornbeam.optimizers, hornbeam.optimizers.Adam, {}),
    "initializers": (hornbeam.initializers, hornbeam.initializers.HeNormal, {}),
    "regularizers": (hornbeam.regularizers, hornbeam.regularizers.L2, {}),
    "constraints": (hornbeam.constraints, hornbeam.constraints.MaxNorm, {}),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_the_users_class_wins_in_every_family(family):
    home, cls, arguments = FAMILIES[family]
    config, own = home.serialize(cls(**arguments)), mine(cls)
    objects = {cls.__name__: own}
    made = [
        home.deserialize(config, custom_objects=objects),
        in_scope(objects, lambda: home.deserialize(config)),
        saving.deserialize_keras_object(config, custom_objects=objects),
    ]
    if hasattr(home, "get"):
        made += [in_scope(objects, lambda: home.get(config)), in_scope(objects, lambda: home.get(cls.__name__))]
    assert all(type(one) is own for one in made)
    assert type(home.deserialize(config)) is cls


def test_the_users_activation_wins():
    def relu(x):
        return x + 1

    made = layers.deserialize(layers.serialize(layers.Dense(1, activation="relu")), {"relu": relu})
    assert made.activation is relu
    assert hornbeam.activations.deserialize("relu", {"relu": relu}) is relu


@pytest.mark.parametrize("way", ["load_model", "from_config", "model_from_json", "scope", "global"])
def test_the_users_layer_wins_whichever_way_a_model_is_read(engine, way, tmp_path):
    model, own = two_layers(), mine(layers.Dense)
    model.save(tmp_path / "m.keras")
    objects = {"Dense": own}
    if way == "load_model":
        made = saving.load_model(tmp_path / "m.keras", custom_objects=objects)
        np.testing.assert_array_equal(made.get_weights()[0], model.get_weights()[0])
    elif way == "from_config":
        made = hornbeam.Model.from_config(model.get_config(), custom_objects=objects)
    elif way == "model_from_json":
        made = hornbeam.models.model_from_json(model.to_json(), custom_objects=objects)
    elif way == "scope":
        made = in_scope(objects, lambda: saving.load_model(tmp_path / "m.keras"))
    else:
        saving.get_custom_objects().update(objects)
        try:
            made = saving.load_model(tmp_path / "m.keras")
        finally:
            for name in objects:
                del saving.get_custom_objects()[name]
    assert type(made.layers[-1]) is own
    assert type(made.layers[1]) is layers.Dropout


def test_a_loaded_model_is_compiled_with_the_users_classes(tmp_path):
    two_layers().save(tmp_path / "m.keras")
    adam, loss = mine(hornbeam.optimizers.Adam), mine(hornbeam.losses.MeanSquaredError)
    made = saving.load_model(tmp_path / "m.keras", {"Adam": adam, "MeanSquaredError": loss})
    assert (type(made.optimizer), type(made.loss)) == (adam, loss)


def test_names_of_the_user_mean_their_objects_after_the_scope_too(data_of_two, engine):
    def far(y_true, y_pred):
        return hornbeam.ops.mean(0 * y_pred + 7.0, axis=-1)

    model = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(1)])
    with saving.custom_object_scope({"far": far, "accuracy": far, "mse": far}):
        model.compile("sgd", "far", metrics=["far", "accuracy", "mse"])
    logs = model.evaluate(*data_of_two, verbose=0, return_dict=True)
    assert logs == {name: pytest.approx(7.0) for name in ("loss", "far", "accuracy", "mse")}


@pytest.fixture
def data_of_two():
    return np.ones((2, 3), "float32"), np.ones((2, 1), "float32")


def test_a_class_of_another_name_takes_the_place_of_a_built_in_one(tmp_path):
    """The file has the weights at a path that is named after the class that was saved."""

    class Mine(layers.Dense):
        pass

    model = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(2), layers.Dense(1)])
    model.save(tmp_path / "m.keras")
    loaded = saving.load_model(tmp_path / "m.keras", custom_objects={"Dense": Mine})
    assert [type(layer) for layer in loaded.layers] == [Mine, Mine]
    for a, b in zip(loaded.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    loaded.save(tmp_path / "again.keras")
    again = saving.load_model(tmp_path / "again.keras", custom_objects={"Mine": Mine})
    np.testing.assert_array_equal(again.get_weights()[0], model.get_weights()[0])


def test_an_entry_that_matches_nothing_is_said_once(tmp_path):
    model, objects = two_layers(), {"Dens": layers.Dense, "my_loss": abs, "Dropout": mine(layers.Dropout)}
    model.save(tmp_path / "m.keras")
    said = r"names that .* has: 'Functional', .*'Dense'.* Received: 'Dens', 'my_loss', which nothing.*mean 'Dense'"
    with pytest.warns(UserWarning, match=said) as caught:
        saving.load_model(tmp_path / "m.keras", custom_objects=objects)
    assert len(caught) == 1 and caught[0].filename == __file__
    with pytest.warns(UserWarning, match=said):
        hornbeam.models.model_from_json(model.to_json(), objects)


def test_what_a_file_names_anywhere_is_no_mistake(tmp_path):
    """Classes, functions, layers whose lambda is passed, and what only an uncompiled part names."""

    @saving.register_keras_serializable("package")
    class Scaled(layers.Layer):
        def call(self, x):
            return 2 * x

    def distance(y_true, y_pred):
        return hornbeam.ops.mean(abs(y_true - y_pred), axis=-1)

    model = hornbeam.Sequential([hornbeam.Input((3,)), Scaled(), layers.Dense(1, name="out")])
    model.compile("sgd", distance)
    model.save(tmp_path / "m.keras")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        saving.load_model(
            tmp_path / "m.keras", {"Scaled": Scaled, "package>Scaled": Scaled, "distance": distance, "out": abs}, False
        )


@pytest.mark.parametrize("value", [3, None, "Dense", len, object], ids=repr)
def test_what_is_no_such_class_is_an_error(value):
    config = layers.serialize(layers.Dense(1))
    if value is None:  # an entry that stands for nothing
        assert type(layers.deserialize(config, {"Dense": value})) is layers.Dense
        return
    with pytest.raises(ValueError, match=r"custom_objects\['Dense'\].* must be a class that has `from_config`"):
        layers.deserialize(config, {"Dense": value})


def test_what_is_no_function_is_an_error():
    config = layers.serialize(layers.Dense(1, activation="relu"))
    with pytest.raises(ValueError, match=r"a callable.* Received: 'relu', which is 3 in `custom_objects`"):
        layers.deserialize(config, {"relu": 3})


@pytest.mark.parametrize("name", ["Double", "pkg>Double"])
def test_a_class_in_a_package_by_its_own_name(name):
    """tf.keras wrote the package into `class_name`; the message that asks for the class has the name without it."""

    class Double(layers.Layer):
        def call(self, x):
            return 2 * x

    config = {"class_name": "pkg>Double", "config": {"name": "d"}}
    with pytest.raises(ValueError, match=r"custom_objects={'Double': Double}"):
        layers.deserialize(config)
    assert type(layers.deserialize(config, custom_objects={name: Double})) is Double


class TakesOnlyItsOwn(layers.Layer):
    """As in many a tutorial: neither `**kwargs` nor `get_config`."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def call(self, x):
        return x * self.factor


def test_a_layer_whose_constructor_takes_neither_name_nor_dtype_comes_back(tmp_path):
    layer = TakesOnlyItsOwn(3)
    layer.name, layer.trainable, layer.dtype_policy = "tripled", False, "mixed_bfloat16"
    x = hornbeam.Input((2,))
    hornbeam.Model(x, layer(x)).save(tmp_path / "m.keras")
    model = hornbeam.saving.load_model(tmp_path / "m.keras", custom_objects={"TakesOnlyItsOwn": TakesOnlyItsOwn})
    found = model.get_layer("tripled")
    assert (found.factor, found.trainable, found.dtype_policy.name) == (3, False, "mixed_bfloat16")


def test_what_is_registered_is_among_the_custom_objects():
    own = saving.register_keras_serializable("listed")(type("Listed", (layers.Layer,), {}))
    assert saving.get_custom_objects()["listed>Listed"] is own
    del saving.get_custom_objects()["listed>Listed"]
    assert saving.get_registered_object("listed>Listed") is None


@pytest.mark.parametrize("value", ["hello", ["relu", 0, True, None], {"1": "hello", "2": [1.5, "mse"]}, b"hello"])
def test_plain_values_come_back(value):
    config = json.loads(json.dumps(saving.serialize_keras_object(value)))
    with saving.custom_object_scope(None):
        assert saving.deserialize_keras_object(config) == value


def test_what_no_config_can_hold():
    with pytest.raises(TypeError, match=r"A config can hold numbers, .*Received: \{1\}"):
        saving.serialize_keras_object({1})


def test_a_file_that_is_not_there_is_a_wrong_value_too(tmp_path):
    for error in (FileNotFoundError, ValueError):
        with pytest.raises(error, match="There is no such file"):
            saving.load_model(tmp_path / "none.keras")


class OfGraph(hornbeam.Model):
    """Of what `Model` takes."""


class OfAnything(hornbeam.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.seen = 3


class WithMore(hornbeam.Model):
    def __init__(self, inputs, outputs, rate=1.0, **kwargs):
        super().__init__(inputs, outputs, **kwargs)
        self.rate = rate


@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.parametrize("kind, more", [(OfGraph, {}), (OfAnything, {}), (WithMore, {"rate": 2.0})])
def test_a_model_that_is_given_a_graph_comes_back(kind, more, ending, tmp_path):
    fresh = type(kind.__name__, (kind,), {})
    inputs = hornbeam.Input((2,))
    model = fresh(inputs, layers.Dense(1)(inputs), name="mine", **more)
    model.save(tmp_path / f"m{ending}")
    another = type(kind.__name__, (kind,), {})  # as in a process that has made none yet
    loaded = saving.load_model(tmp_path / f"m{ending}", custom_objects={kind.__name__: another})
    assert type(loaded) is another and loaded.name == "mine" and {key: getattr(loaded, key) for key in more} == more
    np.testing.assert_array_equal(loaded(np.ones((1, 2))), model(np.ones((1, 2))))


class TwoOptimizers(hornbeam.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense = layers.Dense(2)

    def call(self, x):
        return self.dense(x)

    def compile(self, critic_optimizer, judge=None, **kwargs):
        super().compile(optimizer=critic_optimizer, **kwargs)
        self.judge = judge


def test_what_a_compile_of_ones_own_takes_is_not_in_the_file(tmp_path):
    model = TwoOptimizers(name="two")
    model.compile("sgd", "mse", loss="mae")
    model(np.ones((1, 3)))
    model.save(tmp_path / "m.keras")
    with pytest.warns(UserWarning, match="`two` must be compiled anew .*`compile` of `TwoOptimizers` takes `critic_o"):
        made = saving.load_model(tmp_path / "m.keras", {"TwoOptimizers": TwoOptimizers})
    np.testing.assert_array_equal(made.get_weights()[0], model.get_weights()[0])
    with pytest.raises(RuntimeError, match="call `compile"):
        made.fit(np.ones((1, 3)), np.ones((1, 2)))


class Told(hornbeam.Sequential):
    def compile(self, *args, loss="mae", **kwargs):
        super().compile(*args, loss=loss, **kwargs)
        self.was_told = True


def test_a_compile_of_ones_own_with_the_usual_arguments_is_called(tmp_path):
    model = Told([hornbeam.Input((2,)), layers.Dense(1)])
    model.compile("sgd")
    model.save(tmp_path / "m.keras")
    made = saving.load_model(tmp_path / "m.keras", {"Told": Told})
    assert (made.was_told, made.loss) == (True, "mae")


def test_a_registered_function_is_found_without_its_package():
    """As files of Keras 3.6 name it; where two packages have one of that name, none is guessed."""
    config = {"module": "builtins", "class_name": "function", "config": "doubled_here", "registered_name": "function"}

    def doubled_here(x):
        return 2 * x

    registered = saving.get_custom_objects()
    saving.register_keras_serializable("first")(doubled_here)
    try:
        assert saving.deserialize_keras_object(config) is doubled_here
        registered["second>doubled_here"] = lambda x: x
        with pytest.raises(ValueError, match="unknown to Hornbeam"):
            saving.deserialize_keras_object(config)
    finally:
        for package in ("first", "second"):
            registered.pop(f"{package}>doubled_here", None)


def test_an_empty_registered_name_says_nothing():
    config = {"module": "keras.layers", "class_name": "Dense", "registered_name": "", "config": {"units": 1}}
    assert type(saving.deserialize_keras_object(config)) is layers.Dense
