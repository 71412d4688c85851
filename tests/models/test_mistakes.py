"""Mistakes in a user's own layers and losses: one sentence, and nothing is changed by them."""

import numpy as np
import pytest

import hornbeam as hb
from hornbeam import layers

X, Y = np.ones((4, 3), "float32"), np.array([0, 1, 1, 0])


class Nothing(layers.Layer):
    def call(self, x):
        pass


class NothingModel(hb.Model):
    def call(self, x):
        pass


class NoSuper(layers.Layer):
    def __init__(self, units):
        self.units = units


def classifier():
    model = hb.Sequential([hb.Input((3,)), layers.Dense(2, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def fit(model, loss="mse"):
    model.compile("sgd", loss)
    model.fit(X, X, verbose=0)


MISTAKES = {
    "a layer of a stack": (
        lambda: hb.Sequential([hb.Input((3,)), Nothing(name="n"), layers.Dense(1)]),
        r"`call` of layer `n` \(Nothing\) must return its outputs. Received: None",
    ),
    "a model": (lambda: fit(NothingModel(name="m")), r"`call` of layer `m` \(NothingModel\) must return its outputs"),
    "a loss": (
        lambda: fit(hb.Sequential([layers.Dense(3)]), loss=lambda y, p: None),
        "must return a number for each row, or one. Received: None",
    ),
    "an argument": (
        lambda: layers.MultiHeadAttention(1, 2, name="a")(X[None]),
        r"`a` \(MultiHeadAttention\) must be called on `query`, `value`. Received: no `value`.",
    ),
    "super().__init__()": (lambda: NoSuper(3)(X), r"its `__init__` must begin with `super\(\).__init__\(\)`"),
    "a name": (lambda: layers.Dens(3), "has no attribute 'Dens'. Did you mean 'Dense'"),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_what_is_missing_is_named(what, on_torch):
    act, message = MISTAKES[what]
    with pytest.raises((AttributeError, TypeError, ValueError), match=message) as caught:
        act()
    assert "\n" not in str(caught.value)
    assert layers.Dense(2)(X).shape == (4, 2)


def test_targets_that_were_refused_leave_no_trace(on_torch):
    model = classifier()
    with pytest.raises(ValueError, match="one class index per row"):
        model.fit(X, np.eye(2)[Y], verbose=0)
    assert sorted(model.fit(X, Y, verbose=0).history) == ["accuracy", "loss"]
