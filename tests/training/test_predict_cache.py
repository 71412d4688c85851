"""`predict(cache=...)`: what was predicted before for the same weights and inputs is read."""

import numpy as np
import pytest

import hornbeam
from hornbeam import layers


@pytest.fixture
def model():
    hornbeam.utils.set_random_seed(0)
    a, b = hornbeam.Input((3,), name="a"), hornbeam.Input((3,), name="b")
    return hornbeam.Model([a, b], {"sum": layers.Add()([a, b]), "out": layers.Dense(2)(a)})


@pytest.fixture
def x():
    return [np.arange(6, dtype="float32").reshape(2, 3), np.ones((2, 3), "float32")]


def test_the_second_time_is_read(model, x, tmp_path, monkeypatch):
    first = model.predict(x, cache=tmp_path / "features", verbose=0)
    monkeypatch.setattr("hornbeam.models.trainable.predict", lambda *args, **kwargs: pytest.fail("computed again"))
    again = model.predict(x, cache=tmp_path / "features", verbose=0)
    assert sorted(again) == ["out", "sum"]
    for name in first:
        np.testing.assert_array_equal(first[name], again[name])


def test_the_same_model_made_again_reads_too(x, tmp_path, monkeypatch):
    def made():
        hornbeam.utils.set_random_seed(0)
        return hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(2), layers.ReLU()])

    first = made().predict(x[0], cache=tmp_path, verbose=0)
    monkeypatch.setattr("hornbeam.models.trainable.predict", lambda *args, **kwargs: pytest.fail("computed again"))
    np.testing.assert_array_equal(first, made().predict(x[0], cache=tmp_path, verbose=0))


@pytest.mark.parametrize("change", ["weights", "inputs", "dtype", "activation", "steps", "damage"])
def test_what_changes_predictions_is_computed_anew(change, x, tmp_path):
    def made(activation="linear"):
        hornbeam.utils.set_random_seed(0)
        return hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(2, activation=activation)])

    model, data, arguments = made(), x[0], {}
    first = model.predict(data, cache=tmp_path, verbose=0)
    if change == "weights":
        model.set_weights([w + 1 for w in model.get_weights()])
    elif change == "inputs":
        data = data + 1
    elif change == "dtype":
        data = data.astype("int32") + 2
    elif change == "activation":
        model = made("tanh")
    elif change == "steps":
        arguments = {"steps": 1, "batch_size": 1}
    else:
        (file,) = tmp_path.iterdir()
        file.write_bytes(file.read_bytes()[:50])
        np.testing.assert_array_equal(model.predict(data, cache=tmp_path, verbose=0), first)
        return
    expected = model.predict(data, verbose=0, **arguments)
    np.testing.assert_array_equal(model.predict(data, cache=tmp_path, verbose=0, **arguments), expected)
    assert expected.shape != first.shape or not np.array_equal(expected, first)


def test_code_that_no_config_tells_is_refused(x, tmp_path):
    class Twice(layers.Layer):
        def call(self, inputs):
            return 2 * inputs

    def own(t):
        return t

    for layer in (Twice(), layers.Lambda(own), layers.Dense(2, activation=own)):
        model = hornbeam.Sequential([hornbeam.Input((3,)), layer])
        with pytest.raises(ValueError, match="`cache` keeps the predictions of functional and sequential models"):
            model.predict(x[0], cache=tmp_path)
    plain = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(2)])
    with pytest.raises(ValueError, match="`cache` knows arrays by their values"):
        plain.predict(iter(x), cache=tmp_path)
    assert not list(tmp_path.iterdir())
