"""An object is made again from its config, by Hornbeam and by real Keras."""

import json
import re

import pytest
from table import ACTIVATIONS, KERAS_FORGETS, KERAS_LACKS, make, objects

from hornbeam import activations, layers
from hornbeam.core import serialization


def through_json(value):
    return json.loads(json.dumps(value))


def comparable(config):
    """A config as JSON has it, with names that were counted (`dense_3`) as the first of their kind."""
    if isinstance(config, dict):
        return {key: uncounted(value) if key == "name" else comparable(value) for key, value in config.items()}
    if isinstance(config, list | tuple):
        return [comparable(value) for value in config]
    return config


def uncounted(name):
    return re.sub(r"_\d+$", "", name)


@pytest.mark.parametrize(("family", "name"), objects())
def test_config_makes_the_object_again(family, name):
    made = make(family, name)
    config = through_json(made.get_config())
    again = type(made).from_config(config)
    assert through_json(again.get_config()) == config
    whole = through_json(serialization.serialize_object(made))
    found = serialization.deserialize(whole)
    assert type(found) is type(made)
    assert through_json(serialization.serialize_object(found)) == whole
    assert type(made).__name__ in repr(made)


@pytest.mark.parametrize(("family", "name"), [pair for pair in objects() if pair not in KERAS_LACKS])
def test_keras_makes_the_same_object_of_the_config(family, name):
    keras = pytest.importorskip("keras")
    config = through_json(serialization.serialize_object(make(family, name)))
    found = keras.saving.deserialize_keras_object(config)
    expected = make(family, name, keras)
    assert type(found) is type(expected)
    assert comparable(found.get_config()) == comparable(expected.get_config())


@pytest.mark.parametrize(("family", "name"), [pair for pair in objects() if pair not in KERAS_FORGETS | KERAS_LACKS])
def test_the_config_that_keras_writes_makes_the_same_object(family, name):
    keras = pytest.importorskip("keras")
    config = through_json(keras.saving.serialize_keras_object(make(family, name, keras)))
    found = serialization.deserialize(config)
    expected = make(family, name)
    assert type(found) is type(expected)
    assert comparable(found.get_config()) == comparable(expected.get_config())


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_go_by_name(name):
    function = activations.get(name)
    stored = activations.serialize(function)
    assert isinstance(stored, str)
    assert activations.deserialize(stored) is function
    keras = pytest.importorskip("keras")
    if name != "keras2_hard_sigmoid":  # which Keras 3 has forgotten
        assert keras.activations.get(stored) is keras.activations.get(name)


def test_a_lambda_layer_keeps_the_name_of_its_function():
    def double(x):
        return 2 * x

    config = through_json(serialization.serialize_object(layers.Lambda(double, name="twice")))
    with pytest.raises(ValueError, match="double"):
        serialization.deserialize(config)
    made = serialization.deserialize(config, custom_objects={"double": double})
    assert made.function is double
    assert through_json(serialization.serialize_object(made)) == config
