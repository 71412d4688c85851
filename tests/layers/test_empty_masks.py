"""A mask that leaves nothing: sums over nothing are 0, means too, and no weight becomes NaN."""

import numpy as np
import pytest

import hornbeam
from hornbeam import engine as eng
from hornbeam import layers, ops

pytestmark = pytest.mark.usefixtures("engine")

X = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
NOTHING = np.zeros((2, 3), bool)


def as_numpy(x):
    return np.asarray(eng.to_numpy(x))


class MaskAll(layers.Layer):
    """y = x, of which no step counts."""

    supports_masking = True

    def call(self, inputs):
        return inputs * 1

    def compute_mask(self, inputs, previous_mask=None):
        return ops.zeros(inputs.shape[:2], "bool")


def attended(**options):
    return lambda x: layers.MultiHeadAttention(2, 2, **options)(x, x)


UNDER_A_MASK = {
    "GlobalAveragePooling1D": layers.GlobalAveragePooling1D,
    "BatchNormalization": layers.BatchNormalization,
    "LSTM": lambda: layers.LSTM(2),
    "Softmax over time": lambda: layers.Softmax(axis=1),
    "MultiHeadAttention": attended,
    "MultiHeadAttention with dropout": lambda: attended(dropout=0.1),
    "Attention": lambda: lambda x: layers.Attention(use_scale=True)([x, x]),
    "AdditiveAttention": lambda: lambda x: layers.AdditiveAttention()([x, x]),
    "GroupQueryAttention": lambda: lambda x: layers.GroupQueryAttention(2, 2, 1)(x, x),
    "nothing": layers.Identity,
}


@pytest.mark.parametrize("name", UNDER_A_MASK)
def test_training_on_nothing_leaves_finite_numbers(name):
    inputs = hornbeam.Input((3, 4))
    outputs = UNDER_A_MASK[name]()(MaskAll()(layers.Dense(4)(inputs)))
    model = hornbeam.Model(inputs, outputs)
    model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"], weighted_metrics=["mse"])
    logs = model.train_on_batch(X, np.ones((2, *outputs.shape[1:]), "float32"))
    assert np.isfinite(logs).all()
    assert all(np.isfinite(weight).all() for weight in model.get_weights())


def test_the_mean_of_no_steps_is_0():
    mask = np.array([[True, False, True], [False] * 3])
    means = as_numpy(layers.GlobalAveragePooling1D()(X, mask=mask))
    np.testing.assert_allclose(means, [X[0, ::2].mean(0), np.zeros(4)], rtol=1e-6)


def test_batch_normalization_of_nothing_moves_nothing():
    layer = layers.BatchNormalization(momentum=0.5)
    layer(X, training=True, mask=NOTHING)
    np.testing.assert_array_equal(layer.moving_mean.numpy(), np.zeros(4))
    np.testing.assert_array_equal(layer.moving_variance.numpy(), np.ones(4))


def test_softmax_over_time_leaves_masked_steps_out():
    mask = np.array([[True, False, True], [False] * 3])
    weights = as_numpy(layers.Softmax(axis=1)(X, mask=mask))
    np.testing.assert_allclose(weights[0, ::2], np.exp(X[0, ::2]) / np.exp(X[0, ::2]).sum(0), rtol=1e-5)
    np.testing.assert_array_equal(weights[0, 1], 0)
    np.testing.assert_array_equal(weights[1], 0)


@pytest.mark.parametrize("size", [3, 4], ids=["as many features as steps", "other"])
def test_softmax_over_features_is_the_same_under_a_mask_of_steps(size):
    x, mask = X[:, :, :size], np.array([[True, False, True], [False] * 3])
    np.testing.assert_array_equal(as_numpy(layers.Softmax()(x, mask=mask)), as_numpy(layers.Softmax()(x)))
