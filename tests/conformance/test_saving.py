"""A model of the layer comes back from a file as it was."""

import numpy as np
import pytest
from build import arrays, model, predict
from layer_table import layers_with, rows_with

from hornbeam.models import load_model


@pytest.mark.parametrize("name", rows_with("forward", "model"))
def test_a_loaded_model_predicts_the_same(name, tmp_path, on_torch):
    made = model(name, on_torch)
    made.save(tmp_path / "model.keras")
    loaded = load_model(tmp_path / "model.keras")
    for a, b in zip(predict(loaded, arrays(name)), predict(made, arrays(name)), strict=True):
        np.testing.assert_array_equal(a, b)
    for a, b in zip(loaded.weights, made.weights, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())


@pytest.mark.parametrize("name", layers_with("forward", "model", "keras"))
def test_keras_predicts_the_same_from_the_file(name, tmp_path, on_torch):
    keras = pytest.importorskip("keras")
    made = model(name, on_torch)
    made.save(tmp_path / "model.keras")
    theirs = keras.saving.load_model(tmp_path / "model.keras")
    for a, b in zip(predict(theirs, arrays(name)), predict(made, arrays(name)), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
