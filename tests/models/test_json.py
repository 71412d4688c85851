"""Architectures as JSON text."""

import pytest

import hornbeam
from hornbeam import layers


def test_a_functional_model_comes_back_from_its_text():
    x = hornbeam.Input((3,), name="x")
    h = layers.Dense(2, activation="relu", name="h")(x)
    model = hornbeam.Model(x, [h, layers.Dense(1, name="y")(h)], name="two")
    again = hornbeam.models.model_from_json(model.to_json())
    assert again.to_json() == model.to_json()
    assert [w.shape for w in again.weights] == [w.shape for w in model.weights]


def test_a_users_layer_is_found_among_custom_objects():
    class Twice(layers.Layer):
        def call(self, x):
            return 2 * x

    text = hornbeam.Sequential([hornbeam.Input((3,)), Twice()]).to_json()
    with pytest.raises(ValueError, match="`Twice`, unknown to Hornbeam"):
        hornbeam.models.model_from_json(text)
    assert type(hornbeam.models.model_from_json(text, {"Twice": Twice}).layers[0]) is Twice


@pytest.mark.parametrize("text", ["{", "[1]", '"mse"', "3", pytest.param("[" * 100_000, id="deep")])
def test_a_text_that_is_no_model_is_told(text):
    with pytest.raises(ValueError, match=r"`json_string`.* (must|is not)"):
        hornbeam.models.model_from_json(text)


def test_a_compiled_model_is_compiled_again(engine):
    def halved(y, p):
        return hornbeam.ops.mean(y - p) / 2

    model = hornbeam.Sequential([hornbeam.Input((3,)), hornbeam.layers.Dense(2)])
    model.compile(hornbeam.optimizers.Adam(0.5), "mse", metrics=["mae"])
    for again in (
        hornbeam.models.model_from_json(model.to_json()),
        hornbeam.saving.deserialize_keras_object(hornbeam.saving.serialize_keras_object(model)),
    ):
        assert again.get_compile_config() == model.get_compile_config()
    model.compile("sgd", halved)
    with pytest.warns(UserWarning, match="`json_string` is loaded, but must be compiled anew.*`halved`"):
        assert not hornbeam.models.model_from_json(model.to_json()).compiled
    again = hornbeam.models.model_from_json(model.to_json(), custom_objects={"halved": halved})
    assert again.loss is halved
