"""`Input`: shapes, names, configs, and what it refuses."""

import numpy as np
import pytest

from hornbeam import layers
from hornbeam.core import naming


def test_input_is_made_by_an_input_layer():
    naming.reset()
    first, second = layers.Input((4, None)), layers.Input(batch_shape=(2, 3), dtype="int32")
    assert (first.shape, first.dtype) == ((None, 4, None), "float32")
    assert (second.shape, second.dtype) == ((2, 3), "int32")
    made = [x.history.operation for x in (first, second)]
    assert [layer.name for layer in made] == ["input_layer", "input_layer_1"]
    assert all(isinstance(layer, layers.InputLayer) for layer in made)


def test_config_is_that_of_keras():
    layer = layers.InputLayer(shape=(np.int64(3),), batch_size=2, name="a", dtype="bool")
    expected = {
        "batch_shape": (2, 3),
        "dtype": "bool",
        "sparse": False,
        "ragged": False,
        "name": "a",
        "optional": False,
    }
    assert layer.get_config() == expected
    assert layers.InputLayer.from_config(expected).get_config() == expected


def test_input_starts_from_a_tensor():
    x = layers.Dense(3)(layers.Input((4,)))
    assert layers.Input(tensor=x).shape == (None, 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, r"An input needs a `shape`, .*Received: shape=None"),
        ({"shape": 5}, r"`shape` must be a tuple of sizes.*Received: shape=5. Write `\(5,\)`"),
        ({"shape": (2.5,)}, r"`shape` must be a tuple of sizes.*Received: shape=\(2.5,\)"),
        ({"shape": (2,), "batch_shape": (1, 2)}, r"takes `shape` or `batch_shape`, not both"),
        ({"batch_size": 3, "batch_shape": (1, 2)}, r"`batch_shape` has the batch size in it"),
        ({"shape": (4,), "tensor": layers.Input((3,))}, r"`shape` of an `Input` must be that of the tensor.*\(3,\)"),
        ({"tensor": "x"}, r"`input_tensor` must be a symbolic tensor"),
    ],
)
def test_refusals(arguments, message):
    with pytest.raises(ValueError, match=message):
        layers.Input(**arguments)
