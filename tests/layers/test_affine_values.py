"""Layers that read images through an affine map give what real Keras gives for the same map."""

import keras
import numpy as np
import pytest

import hornbeam
from hornbeam import layers

IMAGES = np.random.default_rng(0).uniform(0, 255, (2, 9, 7, 3)).astype("float32")
FIRST = np.ascontiguousarray(IMAGES.transpose(0, 3, 1, 2))
MAPS = {
    "rotation": lambda k, **rest: k.RandomRotation((0.1, 0.1), **rest),
    "translation": lambda k, **rest: k.RandomTranslation((0.31, 0.31), (-0.23, -0.23), **rest),
    "far translation": lambda k, **rest: k.RandomTranslation((-0.97, -0.97), (0.88, 0.88), **rest),
    "zoom out": lambda k, **rest: k.RandomZoom((0.73, 0.73), (0.41, 0.41), **rest),
    "zoom in": lambda k, **rest: k.RandomZoom((-0.35, -0.35), **rest),
}
MODES = ("reflect", "constant", "nearest", "wrap")


@pytest.mark.parametrize("interpolation", ["bilinear", "nearest"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", MAPS)
def test_values_are_those_of_keras(name, mode, interpolation, engine):
    rest = {"fill_mode": mode, "fill_value": 3.0, "interpolation": interpolation}
    for x, data_format in ((IMAGES, "channels_last"), (FIRST, "channels_first")):
        layer, other = (MAPS[name](k, data_format=data_format, **rest) for k in (layers, keras.layers))
        found = hornbeam.ops.convert_to_numpy(layer(x, training=True))
        np.testing.assert_allclose(found, np.asarray(other(x, training=True)), atol=2e-2)


@pytest.mark.parametrize("mode", MODES)
def test_a_shear_is_an_affine_map_with_one_sign_or_the_other(mode):
    found = np.asarray(layers.RandomShear((0.3, 0.3), (0.2, 0.2), fill_mode=mode)(IMAGES, training=True))
    maps = [np.array([1, s * 0.3, 0, s * 0.2, 1, 0, 0, 0], "float32") for s in (1, -1)]
    both = [np.asarray(keras.ops.image.affine_transform(IMAGES, np.tile(m, (2, 1)), fill_mode=mode)) for m in maps]
    for i, image in enumerate(found):
        assert min(abs(image - one[i]).max() for one in both) < 1e-2
