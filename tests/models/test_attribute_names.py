"""A user's attribute may have any name: what it holds is trained and saved; or the name is refused in one sentence."""

import copy
import pickle

import h5py
import numpy as np
import pytest

import hornbeam
from hornbeam import layers, ops, saving
from hornbeam.core.old_names.members import MEMBERS

X = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")
Y = (X @ np.ones((3, 3)) + 1).astype("float32")
#: Names that lost trained weights, or broke training.
IN_REPORTS = "operations _weights store resolve outputs graph _losses loss _layers _trainable".split()
#: Names that other libraries, or Hornbeam once, keep something under.
KEPT_ELSEWHERE = """
    optimizer metrics layers history inbound_nodes inputs states state seed _name _built _signature _call_concrete
    _tracker _metrics _loss _optimizer _nodes _operations _inbound_nodes _trainable_variables _variables _graph _config
    _functional _arguments __weights__
""".split()


def made():
    """Objects of the base classes: alone, in a graph, in a stack, in a subclass; trained."""
    x = hornbeam.Input((3,))
    functional = hornbeam.Model(x, layers.Dense(3)(x))
    stack = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(3)])
    subclass = HoldingModel(["dense"], False)
    for model in (functional, stack, subclass):
        model.compile("sgd", "mse", run_eagerly=True)
        model.fit(X, Y, verbose=0)
    return [functional, stack, subclass, layers.Layer(), functional.layers[1], HoldingLayer(["dense"], False)]


def names_in_use():
    found = {*IN_REPORTS, *KEPT_ELSEWHERE}
    for obj in made():
        known = vars(obj.__hornbeam__).values()
        for holder in (obj, obj.__hornbeam__, *(value for value in known if hasattr(value, "__dict__"))):
            found |= {*dir(holder), *vars(holder)}
    return sorted(name for name in found if name == "__weights__" or not name.startswith("__"))


class Holding:
    """Holds layers in attributes of the given names, and sums up what they give."""

    def __init__(self, held_names, several, **kwargs):
        super().__init__(**kwargs)
        self.held_names, self.several = list(held_names), several
        for name in held_names:
            setattr(self, name, [layers.Dense(3), layers.Dense(3)] if several else layers.Dense(3))

    def call(self, x):
        results = [self.through(name, x) for name in self.held_names]
        return ops.sum(ops.stack(results), 0) / len(results)

    def through(self, name, x):
        for layer in self.held(name):
            x = layer(x)
        return x

    def held(self, name):
        value = getattr(self, name)
        return value if isinstance(value, list) else [value]

    def held_variables(self):
        return [v for name in self.held_names for layer in self.held(name) for v in (layer.kernel, layer.bias)]


@saving.register_keras_serializable("names")
class HoldingLayer(Holding, layers.Layer):
    pass


@saving.register_keras_serializable("names")
class HoldingModel(Holding, hornbeam.Model):
    pass


OWN = {"held_names", "several", "through", "held", "held_variables"}  # what the class above needs


def accepted(make, names):
    """The names that are not refused; those that are, are refused in a sentence that says what to do."""
    found = []
    for name in names:
        try:
            make([name], False), make([name], True)
        except AttributeError as error:
            assert str(error).startswith(f"`{name}` of ")
            assert "give your attribute another name. Received: " in str(error)
        else:
            found.append(name)
    return [name for name in found if name not in OWN]


def check(model, held, tmp_path, eagerly=True):
    """All that users do with models, by the classes' methods where an attribute has the name of one."""
    cls = type(model)
    cls.compile(model, "sgd", "mse", run_eagerly=eagerly)
    assert {id(v) for v in held(model)} == {id(v) for v in model.weights}
    before = [v.numpy() for v in held(model)]
    cls.fit(model, X, Y, verbose=0, validation_data=(X, Y))
    assert all(np.any(v.numpy() != old) for v, old in zip(held(model), before, strict=True))
    assert np.isfinite(cls.evaluate(model, X, Y, verbose=0))
    cls.summary(model, print_fn=lambda text: None)
    cls.get_config(model)
    expected = cls.predict(model, X, verbose=0)
    cls.save(model, tmp_path / "model.keras")
    cls.save_weights(model, tmp_path / "model.weights.h5")
    read = saving.load_model(tmp_path / "model.keras")
    for same in (read, copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        np.testing.assert_array_equal(cls.predict(same, X, verbose=0), expected)
    for variable in held(model):
        variable.assign(np.zeros(variable.shape))
    cls.load_weights(model, tmp_path / "model.weights.h5")
    np.testing.assert_array_equal(cls.predict(model, X, verbose=0), expected)
    assert stored(tmp_path / "model.weights.h5") == sorted(v.shape for v in held(model))


def stored(path):
    """The shapes of a file's weights."""
    shapes = []
    with h5py.File(path) as file:
        file.visititems(
            lambda name, item: (
                shapes.append(item.shape)
                if isinstance(item, h5py.Dataset) and not name.startswith("optimizer/")
                else None
            )
        )
    return sorted(shapes)


@pytest.mark.parametrize("several", [False, True])
def test_every_name_of_a_layer(on_torch, tmp_path, several):
    names = accepted(HoldingLayer, names_in_use())
    assert len(names) > 120
    model = hornbeam.Sequential([hornbeam.Input((3,)), HoldingLayer(names, several)])
    check(model, lambda model: model.layers[0].held_variables(), tmp_path)


@pytest.mark.parametrize("several", [False, True])
def test_every_name_of_a_model(on_torch, tmp_path, several):
    names = accepted(HoldingModel, names_in_use())
    assert len(names) > 100
    model = HoldingModel(names, several)
    model.build((None, 3))
    check(model, HoldingModel.held_variables, tmp_path)


def test_names_of_reports(engine, tmp_path):
    model = HoldingModel(IN_REPORTS, True)
    model.build((None, 3))
    check(model, HoldingModel.held_variables, tmp_path, eagerly=False)


def test_few_names_are_refused(on_torch):
    names = names_in_use()
    of_layers = set(names) - set(accepted(HoldingLayer, names)) - OWN
    of_models = set(names) - set(accepted(HoldingModel, names)) - OWN
    public = dir(hornbeam.Model)
    assert all(name in public or name in vars(layers.Layer()) for name in of_layers | of_models)
    assert len(of_layers) <= 32
    assert of_models - of_layers == {
        *("compute_loss", "compute_metrics", "history", "layers", "metrics", "metrics_names", "optimizer"),
        *(
            "predict_step",
            "run_eagerly",
            "stop_evaluating",
            "stop_predicting",
            "stop_training",
            "test_step",
            "train_step",
        ),
    }


def test_base_classes_have_no_private_names(on_torch):
    """But for those of Keras 2, to which a user's attribute of the same name is no harm: it counts instead."""
    old = {name for classes in MEMBERS.values() for _, names in classes.values() for name in names}
    for obj in made()[:4]:
        assert not [name for name in {*dir(obj), *vars(obj)} - old if name.startswith("_") and not name.endswith("__")]


# Where layers may be.


class Everywhere(hornbeam.Model):
    def __init__(self):
        super().__init__()
        self.a = {layers.Dense(3), layers.Dense(3), layers.Dense(3)}
        self.b = {"one": [layers.Dense(3)], "two": (layers.Dense(3), {"deep": layers.Dense(3)})}
        self.c = frozenset([(layers.Dense(3), "why"), layers.Dense(3), 7, "text"])
        self.d = [[layers.Dense(3)], {(layers.Dense(3),)}]

    def found(self):
        held = [*self.a, self.b["one"][0], self.b["two"][0], self.b["two"][1]["deep"], self.d[0][0], *min(self.d[1])]
        return held + [item[0] if isinstance(item, tuple) else item for item in self.c if item not in (7, "text")]

    def call(self, x):
        for layer in sorted(self.found(), key=lambda layer: layer.name):
            x = x + layer(x)
        return x


def test_what_is_tracked_in_containers_is_saved(on_torch, tmp_path):
    model = Everywhere()
    model(X)
    assert len(model.weights) == 2 * 10
    model.save_weights(tmp_path / "m.weights.h5")
    values = model.get_weights()
    model.set_weights([0 * value for value in values])
    model.load_weights(tmp_path / "m.weights.h5")
    for value, again in zip(values, model.get_weights(), strict=True):
        np.testing.assert_array_equal(value, again)


def test_layers_of_a_set_are_in_the_order_of_their_making(on_torch, tmp_path):
    class Sets(hornbeam.Model):
        def __init__(self):
            super().__init__()
            self.ballast = bytearray(10)
            self.blocks = {layers.Dense(n, name=f"d{9 - n}") for n in range(1, 9)}
            for block in self.blocks:
                block.build((None, 2))
            self.built = True

    assert [w.shape for w in Sets().weights[::2]] == [(2, n) for n in range(1, 9)]
    first, second = Sets(), Sets()
    first.save_weights(tmp_path / "m.weights.h5")
    second.load_weights(tmp_path / "m.weights.h5")
    for a, b in zip(first.weights, second.weights, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())


def test_a_weight_without_a_place_is_an_error(on_torch, tmp_path):
    class Hidden(layers.Layer):
        def __init__(self):
            super().__init__()
            vars(self)["dense"] = layers.Dense(3)
            vars(self)["dense"].build((None, 3))
            self.built = True

        @property
        def dense(self):
            raise AttributeError("not now")

    model = hornbeam.Sequential([Hidden()])
    model.built = True
    assert len(model.weights) == 2
    with pytest.raises(RuntimeError, match=r"has no place for 2 of its weights, such as `dense.*/kernel`"):
        model.save_weights(tmp_path / "m.weights.h5")


def test_classes_of_users_may_define_what_hornbeam_declares_in_its_own(engine):
    class Scaling(layers.Layer):
        unseen = ("scale", "zebra")
        unseen_in_builtins = "scale"
        first_place = saves_layers_first = "mine"

        def __init__(self, scale=1.0):
            super().__init__()
            self.scale = scale

        def resolve(self, address):
            raise AssertionError("it was called")

        def store(self, x):
            raise AssertionError("it was called")

        def call(self, x):
            return x * self.scale

    model = hornbeam.Sequential([hornbeam.Input((3,)), Scaling(2.0), layers.Dense(3)])
    assert "scale=2.0" in repr(model.layers[0])
    before = model.predict(X, verbose=0)
    model.layers[0].scale = 4.0
    np.testing.assert_allclose(model.predict(X, verbose=0), 2 * before, rtol=1e-5)
