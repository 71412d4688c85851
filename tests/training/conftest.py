"""What the tests of training share: tiny data, a tiny classifier, and a comparison with real Keras."""

import numpy as np
import pytest

import hornbeam

SPARSE = "sparse_categorical_crossentropy"


class Data:
    """Twenty rows: four inputs, three classes, one number."""

    def __init__(self):
        rng = np.random.default_rng(7)
        self.x = rng.normal(size=(20, 4)).astype("float32")
        self.classes = rng.integers(0, 3, 20)
        self.onehot = np.eye(3, dtype="float32")[self.classes]
        self.binary = (self.classes > 0).astype("float32")
        self.y = rng.normal(size=(20, 1)).astype("float32")
        self.weight = np.linspace(0.1, 2.0, 20).astype("float32")


@pytest.fixture(scope="session")
def data():
    return Data()


@pytest.fixture
def jax():
    """JAX, whose loops are compiled."""
    previous = hornbeam.config.backend()
    hornbeam.config.set_backend("jax")
    yield
    hornbeam.config.set_backend(previous)


def mlp(k, units=3, activation="softmax"):
    """A small model of Hornbeam or of real Keras, whichever module `k` is."""
    return k.Sequential(
        [k.Input((4,)), k.layers.Dense(5, activation="tanh"), k.layers.Dense(units, activation=activation)]
    )


def two_by_two(k):
    """Inputs "a" and "b", outputs "size" and "kind", by name."""
    a, b = k.Input((4,), name="a"), k.Input((2,), name="b")
    h = k.layers.Concatenate()([a, b])
    size, kind = k.layers.Dense(1, name="size")(h), k.layers.Dense(3, activation="softmax", name="kind")(h)
    return k.Model({"a": a, "b": b}, {"size": size, "kind": kind})


@pytest.fixture
def make_mlp():
    return mlp


@pytest.fixture
def make_two_by_two():
    return two_by_two


@pytest.fixture
def classifier(engine):
    """A compiled classifier with fresh weights."""
    model = mlp(hornbeam)
    model.compile(hornbeam.optimizers.SGD(0.1), SPARSE, metrics=["accuracy"])
    return model


@pytest.fixture
def regressor(engine):
    """A compiled model of one linear output with fresh weights."""
    model = mlp(hornbeam, 1, None)
    model.compile(hornbeam.optimizers.SGD(0.1), "mse")
    return model


@pytest.fixture
def same_as_keras(engine):
    """Train the same model in real Keras and in Hornbeam, and compare the histories key by key."""
    keras = pytest.importorskip("keras")

    def compare(make, data, arguments, **kwargs):
        theirs, ours = make(keras), make(hornbeam)
        ours.set_weights(theirs.get_weights())
        kwargs = {"epochs": 2, "batch_size": 8, "shuffle": False, "verbose": 0} | kwargs
        histories = []
        for k, model in ((keras, theirs), (hornbeam, ours)):
            model.compile(**{"optimizer": k.optimizers.SGD(0.05)} | arguments(k))
            histories.append(model.fit(*data, **kwargs).history)
        expected, found = histories
        assert sorted(found) == sorted(expected)
        for key in expected:
            np.testing.assert_allclose(found[key], expected[key], atol=1e-4, rtol=1e-3, err_msg=key)
        for mine, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
            np.testing.assert_allclose(mine, other, atol=1e-4, rtol=1e-3)
        return theirs, ours

    return compare
