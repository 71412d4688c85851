"""Pickling and deep copies."""

import copy
import json
import pickle

import numpy as np
import pytest
from build import arrays, instance, model, predict, run
from layer_table import rows_with
from table import make, objects


def copies(value):
    return [pickle.loads(pickle.dumps(value)), copy.deepcopy(value)]


@pytest.mark.parametrize("name", rows_with("forward", "copies"))
def test_copies_of_a_layer_compute_the_same_with_weights_of_their_own(name, on_torch):
    layer = instance(name, on_torch)
    expected = run(name, layer, *arrays(name))
    for other in copies(layer):
        assert type(other) is type(layer)
        assert not {id(v) for v in other.variables} & {id(v) for v in layer.variables}
        for a, b in zip(run(name, other, *arrays(name)), expected, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", rows_with("forward", "copies", "model"))
def test_copies_of_a_model_predict_the_same(name, on_torch):
    made = model(name, on_torch)
    for other in copies(made):
        for a, b in zip(predict(other, arrays(name)), predict(made, arrays(name)), strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(("family", "name"), objects())
def test_copies_of_an_object_have_its_config(family, name):
    made = make(family, name)
    for other in copies(made):
        assert type(other) is type(made)
        assert json.dumps(other.get_config()) == json.dumps(made.get_config())
