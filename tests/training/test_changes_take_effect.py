"""A model whose programs are compiled computes with what its code reads now, whatever was changed since."""

import os
import types

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hornbeam
from hornbeam import constraints, layers

X = np.ones((2, 3), "float32")
Y = np.zeros((2, 3), "float32")
GLOBAL, TABLE = 2.0, {"k": 2.0}
MODULE = types.ModuleType("settings_of_a_test")
MODULE.nested = types.SimpleNamespace(k=2.0)


class Settings:
    k = 2.0


class Slotted:
    __slots__ = ("k",)


def from_default(k=2.0):
    return k


def around(k):
    def inner():
        return k

    def change(value):
        nonlocal k
        k = value

    return inner, change


class Reader(layers.Layer):
    """Multiplies its input by a number that it finds in some place."""

    row_independent = True
    of_class = 2.0

    def __init__(self, place):
        super().__init__()
        self.place = place
        self._k = 2.0
        self.ks = [[2.0]]
        self.by_name = {"k": 2.0}
        self.chosen = {2.0}
        self.array = np.array([2.0], "float32")
        self.constraint = constraints.MaxNorm(2.0)
        self.settings, self.slotted = Settings(), Slotted()
        self.slotted.k = 2.0
        self.namespace = types.SimpleNamespace(k=[2.0])
        self.inner, self.change = around(2.0)

    @property
    def by_property(self):
        return self._k

    def call(self, x):
        return x * READ[self.place](self)


READ = {
    "private": lambda layer: layer._k,
    "property": lambda layer: layer.by_property,
    "list": lambda layer: layer.ks[0][0],
    "dict": lambda layer: layer.by_name["k"],
    "set": lambda layer: max(layer.chosen),
    "array": lambda layer: float(layer.array[0]),
    "configurable": lambda layer: layer.constraint.max_value,
    "instance": lambda layer: layer.settings.k,
    "slot": lambda layer: layer.slotted.k,
    "namespace": lambda layer: layer.namespace.k[0],
    "closure": lambda layer: layer.inner(),
    "class": lambda layer: layer.of_class,
    "global": lambda layer: GLOBAL,
    "table": lambda layer: TABLE["k"],
    "module": lambda layer: MODULE.nested.k,
    "environment": lambda layer: float(os.environ["HORNBEAM_TEST_K"]),
    "getenv": lambda layer: float(os.getenv("HORNBEAM_TEST_K", "0")),
    "default": lambda layer: from_default(),
}


def change(layer, value):
    """Set the number in the place that the layer reads."""
    match layer.place:
        case "private" | "property":
            layer._k = value
        case "list":
            layer.ks[0][0] = value
        case "dict":
            layer.by_name["k"] = value
        case "set":
            layer.chosen.clear()
            layer.chosen.add(value)
        case "array":
            layer.array[0] = value
        case "configurable":
            layer.constraint.max_value = value
        case "instance":
            layer.settings.k = value
        case "slot":
            layer.slotted.k = value
        case "namespace":
            layer.namespace.k[0] = value
        case "closure":
            layer.change(value)
        case "class":
            Reader.of_class = value
        case "global":
            globals()["GLOBAL"] = value
        case "table":
            TABLE["k"] = value
        case "module":
            MODULE.nested.k = value
        case "environment" | "getenv":
            os.environ["HORNBEAM_TEST_K"] = str(value)
        case "default":
            from_default.__defaults__ = (value,)


RUNS = {
    "predict": lambda model: model.predict(X, verbose=0)[0, 0],
    "predict one row": lambda model: model.predict(X[:1], verbose=0)[0, 0],
    "call": lambda model: float(model(X)[0, 0]),
    "evaluate": lambda model: np.sqrt(model.evaluate(X, Y, verbose=0)),
    "test_on_batch": lambda model: np.sqrt(model.test_on_batch(X, Y)),
    "train_on_batch": lambda model: np.sqrt(model.train_on_batch(X, Y)),
    "fit": lambda model: np.sqrt(model.fit(X, Y, verbose=0).history["loss"][0]),
}


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    monkeypatch.setenv("HORNBEAM_TEST_K", "2.0")


def model_of(layer):
    model = hornbeam.Sequential([hornbeam.Input((3,)), layer])
    with pytest.warns(UserWarning, match="no weights to train"):
        model.compile("sgd", "mse")
        model.fit(X, Y, verbose=0)
    return model


@pytest.mark.parametrize("place", READ)
def test_a_change_takes_effect_in_every_run(place, engine):
    layer = Reader(place)
    change(layer, 2.0)
    model = model_of(layer)
    for value, (name, run) in zip([3.0, 4.0, 5.0, 2.0, 6.0, 7.0, 8.0], RUNS.items(), strict=True):
        change(layer, value)
        assert run(model) == pytest.approx(value), name
        assert run(model) == pytest.approx(value), name


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from([*READ]), st.integers(1, 4), st.sampled_from([*RUNS])), max_size=6))
def test_any_changes_in_any_order(steps, on_torch):
    values: dict[str, float] = {}
    models: dict[str, tuple[Reader, hornbeam.Model]] = {}
    for place, value, run in steps:
        if place not in models:
            layer = Reader(place)
            change(layer, 2.0)
            models[place] = layer, model_of(layer)
        layer, model = models[place]
        change(layer, float(value))
        values[place] = float(value)
        assert RUNS[run](model) == pytest.approx(values[place]), (place, run)


def test_equal_numbers_of_another_type_are_a_change(engine):
    """2 and 2.0 are equal, and x // 2 is of another dtype than x // 2.0."""

    class Divide(layers.Layer):
        by = 1

        def call(self, x):
            return hornbeam.ops.cast(x, "int32") * self.by

    layer = Divide()
    model = hornbeam.Sequential([hornbeam.Input((3,)), layer])
    assert model.predict(X, verbose=0).dtype.kind == "i"
    layer.by = 1.0
    assert model.predict(X, verbose=0).dtype.kind == "f"


def test_a_metric_that_changes_itself_between_epochs(data, engine):
    class Growing(hornbeam.metrics.Mean):
        factor = 0.0

        def reset_state(self):
            super().reset_state()
            self.factor += 1.0

        def update_state(self, y_true, y_pred, sample_weight=None):
            super().update_state(hornbeam.ops.ones(()) * self.factor)

    model = hornbeam.Sequential([hornbeam.Input((4,)), hornbeam.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=[Growing(name="growing")])
    grown = model.fit(data.x, data.y, epochs=4, verbose=0).history["growing"]
    assert np.diff(grown).tolist() == [1.0, 1.0, 1.0]
