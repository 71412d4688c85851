"""Layers that Keras 1 and 2 alone have compute their formulas."""

import numpy as np
import pytest

import hornbeam
from hornbeam import engine as eng
from hornbeam import layers

pytestmark = pytest.mark.usefixtures("engine")

DRAW = np.random.default_rng(0)
STEPS = DRAW.normal(size=(3, 5, 4)).astype("float32")
IMAGES = DRAW.normal(size=(3, 6, 5, 2)).astype("float32")
ROWS = DRAW.normal(size=(3, 4)).astype("float32")


def with_weights(layer, x):
    """The output of the layer with weights that are drawn anew, and these."""
    layer(x)
    weights = [DRAW.normal(size=w.shape).astype("float32") for w in layer.weights]
    layer.set_weights(weights)
    return eng.to_numpy(layer(x)), weights


def test_locally_connected_1d():
    y, (kernel, bias) = with_weights(layers.LocallyConnected1D(3, 2, strides=2, activation="relu"), STEPS)
    windows = [STEPS[:, i : i + 2].reshape(3, -1) for i in (0, 2)]
    expected = np.stack([window @ kernel[i] + bias[i] for i, window in enumerate(windows)], 1)
    np.testing.assert_allclose(y, np.maximum(expected, 0), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_locally_connected_2d(data_format):
    is_first = data_format == "channels_first"
    x = IMAGES.transpose(0, 3, 1, 2) if is_first else IMAGES
    y, (kernel, bias) = with_weights(layers.LocallyConnected2D(3, (3, 2), (2, 1), data_format=data_format), x)
    expected = np.zeros((3, 2, 4, 3), "float32")
    for i, j in np.ndindex(2, 4):
        window = x[..., 2 * i : 2 * i + 3, j : j + 2] if is_first else x[:, 2 * i : 2 * i + 3, j : j + 2]
        expected[:, i, j] = window.reshape(3, -1) @ kernel[4 * i + j]
    expected = expected.transpose(0, 3, 1, 2) if is_first else expected
    np.testing.assert_allclose(y, expected + bias.reshape(expected.shape[1:]), rtol=1e-4, atol=1e-5)


def test_thresholded_relu():
    assert eng.to_numpy(layers.ThresholdedReLU(0.5)([-1.0, 0.5, 0.6])).tolist() == pytest.approx([0, 0, 0.6])


def test_highway():
    layer = layers.Highway(activation="tanh")
    y, (w, w_carry, b, b_carry) = with_weights(layer, ROWS)
    t = 1 / (1 + np.exp(-(ROWS @ w_carry + b_carry)))
    np.testing.assert_allclose(y, t * np.tanh(ROWS @ w + b) + (1 - t) * ROWS, rtol=1e-4, atol=1e-5)
    assert [weight.name for weight in layer.weights] == ["W", "W_carry", "b", "b_carry"]


def test_maxout_dense():
    y, (w, b) = with_weights(layers.MaxoutDense(3, nb_feature=2), ROWS)
    np.testing.assert_allclose(y, np.max([ROWS @ w[k] + b[k] for k in range(2)], 0), rtol=1e-4, atol=1e-5)


def test_they_begin_a_model_with_weights_of_their_own():
    model = hornbeam.Sequential([layers.Highway(input_dim=4), layers.MaxoutDense(2)])
    assert model.output_shape == (None, 2)
    first = [np.eye(4), np.zeros((4, 4)), np.zeros(4), np.full(4, -50.0)]
    layer = layers.Highway(weights=first, input_dim=4)
    np.testing.assert_allclose(eng.to_numpy(layer(ROWS)), ROWS, rtol=1e-6)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.LocallyConnected1D(3, 2, padding="same"), r"`padding` of `LocallyConnected1D` must be one of"),
        (lambda: layers.LocallyConnected1D(3, 9)(STEPS), r"at least as large as `kernel_size`. Received: sizes \(5,\)"),
        (lambda: layers.LocallyConnected1D(3, 2)(hornbeam.Input((None, 4))), r"makes weights for axis 1 .* be known"),
        (lambda: layers.ThresholdedReLU(-1), r"`theta` of `ThresholdedReLU` must not be negative. Received: theta=-1"),
        (lambda: layers.MaxoutDense(0), r"`output_dim` of `MaxoutDense` must be a positive integer"),
        (lambda: layers.Highway()(STEPS), r"must have 2 axes"),
    ],
)
def test_refusals(make, message):
    with pytest.raises(ValueError, match=message):
        make()
