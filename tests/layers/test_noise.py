"""Layers that act in training only: what they keep of their inputs, and what they refuse."""

import numpy as np
import pytest

from hornbeam import engine as eng
from hornbeam import layers

pytestmark = pytest.mark.usefixtures("engine")

LEAST = -1.7580993  # of SELU


def test_alpha_dropout_sets_a_fraction_to_the_least_value_and_keeps_mean_and_variance():
    x = np.random.default_rng(0).normal(size=(400, 500)).astype("float32")
    y = eng.to_numpy(layers.AlphaDropout(0.2, seed=1)(x, training=True))
    a = (0.8 * (1 + 0.2 * LEAST**2)) ** -0.5
    dropped = np.isclose(y, a * LEAST * 0.8, atol=1e-5)
    assert dropped.mean() == pytest.approx(0.2, abs=0.01)
    np.testing.assert_allclose(y[~dropped], a * (x[~dropped] - 0.2 * LEAST), rtol=1e-4, atol=1e-5)
    assert (y.mean(), y.var()) == pytest.approx((0, 1), abs=0.02)


def test_alpha_dropout_shares_its_noise_along_an_axis():
    y = eng.to_numpy(
        layers.AlphaDropout(0.5, noise_shape=(None, 1), seed=1)(np.ones((50, 3), "float32"), training=True)
    )
    assert (y == y[:, :1]).all()
    assert len(np.unique(y)) == 2


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_spatial_dropout_drops_whole_channels_of_volumes(data_format):
    x = np.ones((10, 20, 2, 2, 2) if data_format == "channels_first" else (10, 2, 2, 2, 20), "float32")
    y = eng.to_numpy(layers.SpatialDropout3D(0.5, data_format, seed=2)(x, training=True))
    channels = (y if data_format == "channels_first" else y.transpose(0, 4, 1, 2, 3)).reshape(200, 8)
    assert (channels == channels[:, :1]).all()
    assert set(np.unique(y)) == {0, 2}


def test_refusals():
    with pytest.raises(ValueError, match=r"`rate` of `AlphaDropout` must be less than 1. Received: rate=1"):
        layers.AlphaDropout(1)
    with pytest.raises(ValueError, match=r"`noise_shape` of `AlphaDropout` must be a tuple .* Received: noise_shape=3"):
        layers.AlphaDropout(0.5, noise_shape=3)
    with pytest.raises(ValueError, match=r"must have 5 axes"):
        layers.SpatialDropout3D(0.5)(np.ones((1, 2, 2, 3), "float32"))
