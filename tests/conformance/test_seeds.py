"""The same seed gives the same weights and, bit for bit, the same training."""

import numpy as np
import pytest
from build import arrays
from layer_row import NOISE
from layer_table import LAYERS, layers_with
from table import INITIALIZERS, SHAPES, make

import hornbeam
from hornbeam import utils
from hornbeam.core import tree


def trained(name):
    """The weights before and after two epochs of a model of the layer, and its losses."""
    utils.set_random_seed(4)
    row = LAYERS[name]
    x = arrays(name, 7)
    inputs = [hornbeam.Input(a.shape[1:], dtype=a.dtype) for a in x]
    outputs = tree.leaves(row.call(row.make(hornbeam.layers), *inputs))[0]
    outputs = hornbeam.layers.Dense(1)(hornbeam.layers.Flatten()(outputs))
    model = hornbeam.Model(inputs, outputs)
    before = model.get_weights()
    model.compile("sgd", "mse")
    losses = model.fit(x, np.arange(7.0), batch_size=3, epochs=2, verbose=0).history["loss"]
    return before, model.get_weights(), losses


def assert_equal(a, b):
    for first, second in zip(tree.leaves(a), tree.leaves(b), strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("name", layers_with("forward"))
def test_training_repeats(name, on_torch):
    assert_equal(trained(name), trained(name))


@pytest.mark.parametrize("name", ["Dense", *(name for name, row in LAYERS.items() if row.without is NOISE)])
def test_training_repeats_in_compiled_loops(name):
    first = trained(name)
    assert_equal(first, trained(name))
    assert np.isfinite(first[2]).all()


@pytest.mark.parametrize("name", INITIALIZERS)
def test_a_seeded_initializer_repeats_itself(name):
    shape = SHAPES.get(name, (3, 3))
    np.testing.assert_array_equal(make("initializers", name)(shape), make("initializers", name)(shape))


def test_layers_without_seeds_differ_in_one_run():
    dropouts = [hornbeam.layers.Dropout(0.5) for _ in range(2)]
    x = np.ones((4, 50), "float32")
    first, second = (np.asarray(layer(x, training=True)) for layer in dropouts)
    assert (first != second).any()
    assert (first != np.asarray(dropouts[0](x, training=True))).any()
