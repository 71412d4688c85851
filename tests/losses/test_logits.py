"""Crossentropies of a sigmoid or softmax are those of its logits: exact, and with a gradient, at any certainty."""

import gc

import numpy as np
import pytest

import hornbeam
from hornbeam import activations, layers, losses, ops
from hornbeam import engine as eng
from hornbeam.core import logits

pytestmark = pytest.mark.usefixtures("few_to_collect")

CLASSES = np.array([1, 0])
ONE_HOT = np.eye(3, dtype="float32")[CLASSES]
# loss, activation, targets
CASES = {
    "binary": (losses.BinaryCrossentropy(), activations.sigmoid, ONE_HOT),
    "binary smoothed": (losses.BinaryCrossentropy(label_smoothing=0.1), activations.sigmoid, ONE_HOT),
    "binary focal": (losses.BinaryFocalCrossentropy(apply_class_balancing=True), activations.sigmoid, ONE_HOT),
    "categorical": (losses.CategoricalCrossentropy(label_smoothing=0.1), activations.softmax, ONE_HOT),
    "categorical focal": (losses.CategoricalFocalCrossentropy(), activations.softmax, ONE_HOT),
    "sparse": (losses.SparseCategoricalCrossentropy(), activations.softmax, CLASSES),
    "function of ops": (lambda y, p: ops.mean(ops.categorical_crossentropy(y, p)), activations.softmax, ONE_HOT),
}
MODERATE = np.array([[0.5, -1.0, 2.0], [-3.0, 0.1, 0.0]], "float32")
CERTAIN_AND_WRONG = np.array([[90.0, -90.0, -95.0], [-90.0, 90.0, -95.0]], "float32")


def value_and_gradient(loss, activation, y, x, between=lambda p: p):
    fn = eng.jit(eng.value_and_grad(lambda xs: (loss(y, between(activation(xs[0]))), None)))
    (value, _), (gradient,) = fn([eng.asarray(x)])
    return float(value), eng.to_numpy(gradient)


def same(p):
    """Another array with the same values, of whose logits nothing is known."""
    return p * 1.0


@pytest.mark.parametrize("name", CASES)
def test_values_and_gradients(engine, name):
    value, gradient = value_and_gradient(*CASES[name], MODERATE)
    clipped, clipped_gradient = value_and_gradient(*CASES[name], MODERATE, between=same)
    assert value == pytest.approx(clipped, abs=1e-6)
    np.testing.assert_allclose(gradient, clipped_gradient, atol=1e-6)
    value, gradient = value_and_gradient(*CASES[name], CERTAIN_AND_WRONG)
    clipped, clipped_gradient = value_and_gradient(*CASES[name], CERTAIN_AND_WRONG, between=same)
    assert clipped < 17 < value  # log(epsilon()) is -16.1
    assert np.abs(clipped_gradient).max() == 0 and np.abs(gradient).max() > 0.01


def test_real_keras_has_no_gradient_there():
    import jax
    import keras

    def loss(x):
        return keras.losses.CategoricalCrossentropy()(ONE_HOT, keras.activations.softmax(x))

    assert np.abs(jax.grad(loss)(CERTAIN_AND_WRONG)).max() == 0


def test_a_model_learns_out_of_a_wrong_certainty(engine):
    """In the compiled step; also where the output is computed in 16 bits, and where it loses its last axis."""
    x = np.ones((4, 1), "float32")
    for dtype in ("float32", "mixed_float16"):
        for units, activation, loss, y in (
            (2, "softmax", "sparse_categorical_crossentropy", np.zeros(4, "int32")),
            (1, "sigmoid", "binary_crossentropy", np.zeros(4, "float32")),
        ):
            dense = layers.Dense(units, activation=activation, use_bias=False, dtype=dtype)
            model = hornbeam.Sequential([hornbeam.Input((1,)), dense])
            model.set_weights([np.array([[-60.0, 60.0][-units:]], "float32")])
            model.compile(hornbeam.optimizers.SGD(1.0), loss)
            history = model.fit(x, y, epochs=1, verbose=0).history
            assert history["loss"][0] == pytest.approx(120.0 if units == 2 else 60.0, rel=1e-3)
            assert model.get_weights()[0][0, -1] == pytest.approx(59.0, rel=1e-3)


def test_a_step_per_row_that_loses_its_last_axis_keeps_its_logits():
    x = np.full((2, 3, 1), 60.0, "float32")
    value, gradient = value_and_gradient(losses.BinaryCrossentropy(), activations.sigmoid, np.zeros((2, 3)), x)
    assert value == pytest.approx(60.0) and gradient.min() > 0.1


def test_what_happens_to_probabilities_in_between_counts(engine):
    p = activations.softmax(eng.asarray(CERTAIN_AND_WRONG))
    assert logits.find(p, 1) is not None
    assert logits.find(p * 1.0, 1) is None and logits.find(eng.transpose(p, (1, 0)), 1) is None
    value, gradient = value_and_gradient(*CASES["sparse"], MODERATE, between=eng.stop_gradient)
    assert value > 0 and np.abs(gradient).max() == 0


def test_a_softmax_along_another_axis_is_another():
    p = activations.softmax(eng.asarray(CERTAIN_AND_WRONG), axis=0)
    assert logits.find(p, 0) is not None
    assert logits.find(p, 1) is None and logits.find(p) is None
    assert float(losses.CategoricalCrossentropy()(ONE_HOT, p)) < 17


def test_models_inside_layers_fall_back_to_what_they_give():
    dense = layers.Dense(2, activation="softmax", kernel_initializer="ones")
    model = hornbeam.Sequential([hornbeam.Input((3, 1)), layers.TimeDistributed(dense)])
    model.compile("sgd", "sparse_categorical_crossentropy")
    loss = model.evaluate(np.ones((2, 3, 1), "float32"), np.zeros((2, 3)), verbose=0)
    assert loss == pytest.approx(np.log(2))


def test_nothing_is_kept(engine):
    gc.collect()
    before = len(logits.table)
    x = eng.asarray(MODERATE)
    p = activations.softmax(x)
    assert len(logits.table) == before + 1
    value_and_gradient(*CASES["sparse"], MODERATE)
    del p
    gc.collect()
    assert len(logits.table) == before
