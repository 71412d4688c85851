"""Activation functions against real Keras, and how names become functions."""

import functools

import numpy as np
import pytest

from hornbeam import activations
from hornbeam.ops import convert_to_numpy as host

keras = pytest.importorskip("keras")

X = np.array([[-7.0, -3.0, -1.0, -0.4], [0.0, 0.3, 1.0, 8.0]], np.float32)
# `threshold` has no defaults; real Keras's `sparsemax` gives vectors that sum to more than 1, and it has
# forgotten what Keras 2 called `hard_sigmoid`.
LEFT_OUT = ("get", "serialize", "deserialize", "threshold", "sparsemax", "keras2_hard_sigmoid")
NAMES = [name for name in activations.__all__ if name not in LEFT_OUT]
RELU = [
    {"negative_slope": 0.1},
    {"max_value": 2.0},
    {"threshold": 0.5},
    {"negative_slope": 0.1, "max_value": 2.0, "threshold": 0.5},
]


@functools.cache
def expected():
    values = {name: np.asarray(getattr(keras.activations, name)(X)) for name in NAMES}
    return values, [np.asarray(keras.activations.relu(X, **options)) for options in RELU]


def test_values(engine):
    values, relus = expected()
    for name, wanted in values.items():
        actual = host(activations.get(name)(X))
        np.testing.assert_allclose(actual, wanted, rtol=2e-5, atol=1e-6, err_msg=name)
    for options, wanted in zip(RELU, relus, strict=True):
        np.testing.assert_allclose(host(activations.relu(X, **options)), wanted, atol=1e-6, err_msg=str(options))


def test_hard_sigmoid_of_keras_2(engine):
    wanted = np.clip(0.2 * X + 0.5, 0, 1)
    np.testing.assert_allclose(host(activations.get("keras2_hard_sigmoid")(X)), wanted, atol=1e-6)


def test_every_public_name_of_keras_is_there():
    theirs = {name for name in dir(keras.activations) if not name.startswith("_")}
    assert theirs <= {*activations.__all__, "swish", "hard_swish"}


def test_names_are_what_real_keras_writes():
    for name in NAMES:
        written = activations.serialize(activations.get(name))
        assert written == keras.activations.serialize(keras.activations.get(name))
        assert activations.deserialize(written) is activations.get(name)


def test_what_get_takes():
    def mine(x):
        return x

    assert activations.get(None) is activations.linear
    assert activations.get(mine) is mine
    assert activations.get("swish") is activations.silu
    assert activations.get("ReLU") is activations.relu
    config = {"module": "builtins", "class_name": "function", "config": "relu", "registered_name": "function"}
    assert activations.get(config) is activations.relu
    assert activations.deserialize("mine", {"mine": mine}) is mine


def test_an_unknown_name_is_answered_with_its_neighbours():
    with pytest.raises(ValueError, match=r"`activation` must be a known name.*Received: 'rellu'. Did you mean 'relu'"):
        activations.get("rellu")
    with pytest.raises(ValueError, match=r"`activation` must be a name, a config, a callable or None. Received: 3"):
        activations.get(3)


@pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")
def test_arguments_of_keras_2():
    assert [float(y) for y in activations.relu(np.array([-2.0, 1.0], "float32"), alpha=0.5)] == [-1.0, 1.0]
    assert activations.deserialize(name="relu") is activations.relu is activations.get("relu")
