"""Keras 3's wrappers, beside those of real Keras."""

import numpy as np
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("keras")

import keras

import hornbeam
from hornbeam import wrappers

FIT = {"epochs": 3, "batch_size": 48, "verbose": 0}
CASES = {
    "SKLearnClassifier": ("categorical_crossentropy", "softmax", ["predict", "decision_function"]),
    "SKLearnRegressor": ("mse", None, ["predict"]),
    "SKLearnTransformer": ("mse", None, ["transform"]),
}


def fitted(library, name, X, y):
    """An estimator of `library`, and what its builder got."""
    loss, end, _ = CASES[name]
    seen = []

    def build(X, y, scale):
        seen.append(y)
        units = y.shape[1]
        model = library.Sequential([library.Input((4,)), library.layers.Dense(units, activation=end)])
        model.compile(library.optimizers.SGD(0.1), loss)
        model.set_weights([scale * np.linspace(-1, 1, 4 * units).reshape(4, units), np.zeros(units)])
        return model

    estimator = getattr(library.wrappers, name)
    return estimator(build, model_kwargs={"scale": 0.5}, fit_kwargs=FIT).fit(X, y), seen[0]


@pytest.mark.parametrize("name", CASES)
def test_it_gives_what_keras_gives(data, name):
    y = np.array(list("abc"))[data.third] if name == "SKLearnClassifier" else data.line.astype("float64")
    (ours, our_y), (theirs, their_y) = (fitted(library, name, data.X, y) for library in (hornbeam, keras))
    np.testing.assert_array_equal(our_y, their_y)
    np.testing.assert_allclose(ours.history_.history["loss"], theirs.history_.history["loss"], rtol=1e-4)
    for method in CASES[name][-1]:
        found, wanted = getattr(ours, method)(data.X), getattr(theirs, method)(data.X)
        if found.dtype.kind == "U":
            np.testing.assert_array_equal(found, wanted)
        else:
            np.testing.assert_allclose(found.ravel(), wanted.ravel(), rtol=1e-4, atol=1e-6)
    if name != "SKLearnTransformer":
        assert ours.score(data.X, y) == pytest.approx(theirs.score(data.X, y), rel=1e-4)


def test_it_has_the_parameters_of_keras():
    for name in CASES:
        ours, theirs = (getattr(library.wrappers, name)(model=len).get_params() for library in (hornbeam, keras))
        assert theirs.items() <= ours.items() and set(ours) - set(theirs) == {"random_state"}


def test_a_transformer_without_targets_learns_its_inputs(data):
    model = hornbeam.Sequential([hornbeam.Input((4,)), hornbeam.layers.Dense(4)])
    model.compile(hornbeam.optimizers.Adam(0.1), "mse")
    transformer = wrappers.SKLearnTransformer(model, fit_kwargs={"epochs": 60}, random_state=0)
    assert np.abs(transformer.fit_transform(data.X) - data.X).max() < 0.5
    assert transformer.get_feature_names_out()[0] == "sklearntransformer0" and transformer.epoch_ == 60
