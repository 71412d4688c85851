"""Layers that normalize: what training leaves in them, and what they refuse."""

import json

import numpy as np
import pytest

from hornbeam import Input, Sequential, layers, ops
from hornbeam import engine as eng

pytestmark = pytest.mark.usefixtures("engine")

ROWS = np.random.default_rng(0).normal(size=(16, 6)).astype("float32")


def largest_singular_value(layer):
    return np.linalg.svd(layer.kernel.numpy().reshape(-1, layer.kernel.shape[-1]))[1][0]


def test_spectral_normalization_brings_the_spectral_norm_to_1():
    layer = layers.SpectralNormalization(layers.Dense(3), power_iterations=20)
    layer(ROWS)
    kernel = layer.kernel.numpy()
    layer(ROWS, training=False)
    np.testing.assert_array_equal(layer.kernel.numpy(), kernel)
    layer(ROWS, training=True)
    assert largest_singular_value(layer) == pytest.approx(1, abs=1e-3)
    assert layer.layer.kernel is layer.kernel


@pytest.mark.parametrize("trainable", [True, False])
def test_a_model_with_spectral_normalization_trains(trainable):
    layer = layers.SpectralNormalization(layers.Dense(3), trainable=trainable)
    model = Sequential([Input((6,)), layer, layers.Dense(1)])
    model.compile("sgd", "mse")
    u, bias = layer.vector_u.numpy(), layer.layer.bias.numpy()
    losses = model.fit(ROWS, ROWS[:, :1], epochs=3, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    assert not np.array_equal(layer.vector_u.numpy(), u)
    assert np.array_equal(layer.layer.bias.numpy(), bias) != trainable


def test_batch_renormalization_trains_on_what_inference_computes():
    layer = layers.BatchNormalization(renorm=True, momentum=0.5, renorm_momentum=0.5)
    for _ in range(40):
        y = layer(3 * ROWS + 2, training=True)
    np.testing.assert_allclose(eng.to_numpy(y), eng.to_numpy(layer(3 * ROWS + 2)), rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(eng.to_numpy(y).std(0), 1, rtol=1e-2)


def test_rows_of_zeros_and_small_halves_have_a_direction_or_none():
    x = np.array([[0, 0], [3e-4, 4e-4]], "float16")
    np.testing.assert_allclose(eng.to_numpy(ops.normalize(x)), [[0, 0], [0.6, 0.8]], rtol=1e-3)


@pytest.mark.parametrize("kind", [layers.LayerNormalization, layers.RMSNormalization])
def test_axes_are_a_list_in_order_once_built(kind):
    for axis, listed in ((-1, [-1]), ((2, 1), [1, 2])):
        layer = kind(axis=axis)
        layer.build((None, 3, 4))
        assert json.loads(json.dumps(layer.get_config()))["axis"] == listed


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.GroupNormalization(0), r"`groups` of `GroupNormalization` must be .* Received: groups=0"),
        (lambda: layers.GroupNormalization(axis=0), r"`axis` of `GroupNormalization` .* Received: axis=0"),
        (lambda: layers.GroupNormalization(4)(ROWS), r"must be a multiple of `groups`. Received: 6 channels, groups=4"),
        (lambda: layers.UnitNormalization(axis="x"), r"`axis` of `UnitNormalization` .* Received: axis='x'"),
        (lambda: layers.UnitNormalization(axis=3)(ROWS), r"`axis` of layer `unit_norm.* Received: axis=3"),
        (lambda: layers.SpectralNormalization(3), r"`layer` of `SpectralNormalization` must be a layer"),
        (lambda: layers.SpectralNormalization(layers.Dense(2), 0), r"`power_iterations` .* Received: power_itera.*=0"),
        (
            lambda: layers.SpectralNormalization(layers.ReLU())(ROWS),
            r"`layer` of `SpectralNormalization` must have a `kernel` or `embeddings`. Received: layer `re_lu",
        ),
        (
            lambda: layers.BatchNormalization(renorm=True, renorm_clipping={"rmax": 1, "x": 2}),
            r"`renorm_clipping` of `BatchNormalization` must be a dictionary with keys among .* Received: ",
        ),
        (
            lambda: layers.BatchNormalization(renorm=True, renorm_clipping={"rmax": 1, "rmin": 2}),
            r"`renorm_clipping` of `BatchNormalization` must have bounds .* Received: ",
        ),
    ],
)
def test_refusals(make, message):
    with pytest.raises(ValueError, match=message):
        make()
