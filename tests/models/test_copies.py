"""Pickled and deep-copied models go on where the original was, and apart from it."""

import copy
import pickle

import numpy as np
import pytest

import hornbeam
from hornbeam.layers import BatchNormalization, Dense, Dropout, Input

X = np.random.default_rng(1).normal(size=(20, 3)).astype("float32")
Y = (X.sum(1, keepdims=True) > 0).astype("float32")


def sequential():
    return hornbeam.Sequential([Input((3,)), Dense(4, activation="relu"), Dropout(0.3), BatchNormalization(), Dense(1)])


def functional():
    x = Input((3,))
    h = Dense(4, name="twice")
    return hornbeam.Model(x, Dense(1)(h(x) + h(x * 2.0)))


class Written(hornbeam.Model):
    def __init__(self, width=4):
        super().__init__()
        self.hidden = [Dense(width, activation="relu")]
        self.out = Dense(1)

    def call(self, x):
        return self.out(self.hidden[0](x))


COPY = {"pickle": lambda model: pickle.loads(pickle.dumps(model)), "deepcopy": copy.deepcopy}


@pytest.mark.parametrize("how", COPY)
@pytest.mark.parametrize("make", [sequential, functional, Written])
def test_a_copy_trains_on_as_the_original_does(make, how, engine):
    model = make()
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(X, Y, batch_size=8, verbose=0)
    other = COPY[how](model)
    np.testing.assert_array_equal(other.predict(X, verbose=0), model.predict(X, verbose=0))
    kept = model.get_weights()
    first = other.fit(X, Y, batch_size=8, shuffle=False, verbose=0).history
    for a, b in zip(model.get_weights(), kept, strict=True):
        np.testing.assert_array_equal(a, b)
    second = model.fit(X, Y, batch_size=8, shuffle=False, verbose=0).history
    assert first == second
    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_an_unbuilt_model(on_torch):
    model = hornbeam.Sequential([Dense(2), Dense(1)])
    other = pickle.loads(pickle.dumps(model))
    assert not other.built
    assert other.predict(X, verbose=0).shape == (20, 1)
    assert not model.built


def test_a_history(on_torch):
    model = sequential()
    model.compile("sgd", "mse")
    history = model.fit(X, Y, verbose=0)
    assert pickle.loads(pickle.dumps(history)).history == history.history
