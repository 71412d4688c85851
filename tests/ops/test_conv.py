"""Convolutions and pooling against real Keras."""

import functools

import numpy as np
import pytest

from hornbeam import ops
from hornbeam.ops import convert_to_numpy as host

keras = pytest.importorskip("keras")

rng = np.random.default_rng(1)


def draw(*shape):
    return rng.normal(size=shape).astype("float32")


CASES = [
    ("conv", (draw(2, 7, 3), draw(3, 3, 4)), {"strides": 2, "padding": "same"}),
    ("conv", (draw(1, 5, 6, 4), draw(3, 2, 2, 6)), {"strides": (2, 1), "padding": "SAME"}),
    ("conv", (draw(1, 7, 6, 2), draw(2, 3, 2, 3)), {"dilation_rate": 2}),
    ("conv", (draw(1, 2, 5, 5), draw(2, 2, 2, 3)), {"data_format": "channels_first", "padding": "same"}),
    ("conv", (draw(1, 4, 4, 4, 2), draw(2, 2, 2, 2, 3)), {"padding": "same"}),
    ("depthwise_conv", (draw(1, 5, 5, 3), draw(3, 3, 3, 2)), {"padding": "same"}),
    ("separable_conv", (draw(1, 5, 5, 3), draw(3, 3, 3, 2), draw(1, 1, 6, 4)), {"strides": 2}),
    *(
        ("conv_transpose", (draw(1, 3, 2), draw(k, 4, 2)), {"strides": s, "padding": p})
        for k, s in ((2, 3), (3, 2), (4, 2), (3, 1))
        for p in ("valid", "same")
    ),
    ("conv_transpose", (draw(1, 3, 4, 2), draw(3, 3, 5, 2)), {"strides": 2, "padding": "same", "output_padding": 1}),
    ("conv_transpose", (draw(1, 3, 4, 2), draw(3, 3, 5, 2)), {"strides": 2, "output_padding": 1}),
    ("conv_transpose", (draw(1, 3, 2), draw(3, 4, 2)), {"dilation_rate": 2, "padding": "Valid"}),
    ("max_pool", (draw(1, 5, 6, 2), 2), {"strides": 2}),
    ("max_pool", (draw(1, 5, 6, 2), (3, 2)), {"strides": 2, "padding": "same"}),
    ("max_pool", (draw(1, 2, 5), 2), {"strides": 2, "data_format": "channels_first"}),
    ("average_pool", (draw(1, 5, 6, 2), 2), {"strides": 3}),
    ("average_pool", (draw(1, 5, 6, 2), 3), {"strides": 2, "padding": "same"}),
    ("average_pool", (draw(1, 4, 4, 4, 1), 2), {"strides": 3, "padding": "same"}),
    ("adaptive_average_pool", (draw(1, 5, 7, 2), (3, 2)), {}),
    ("adaptive_max_pool", (draw(1, 5, 7, 2), (3, 2)), {}),
]


@functools.cache
def expected(i):
    name, args, kwargs = CASES[i]
    return np.asarray(getattr(keras.ops, name)(*args, **kwargs))


@pytest.mark.parametrize("i", range(len(CASES)), ids=lambda i: f"{i}-{CASES[i][0]}")
def test_values(engine, i):
    name, args, kwargs = CASES[i]
    actual = host(getattr(ops, name)(*args, **kwargs))
    assert actual.shape == expected(i).shape
    np.testing.assert_allclose(actual, expected(i), rtol=1e-5, atol=1e-5)


def test_groups_follow_from_the_channels(engine):
    x, kernel = draw(1, 4, 4), draw(1, 2, 6)
    by_hand = np.concatenate([x[..., :2] @ kernel[0][:, :3], x[..., 2:] @ kernel[0][:, 3:]], -1)
    np.testing.assert_allclose(host(ops.conv(x, kernel)), by_hand, rtol=1e-5, atol=1e-6)


def test_what_cannot_be(engine):
    with pytest.raises(ValueError, match=r"`padding` must be 'valid' or 'same'. Received: padding='full'"):
        ops.max_pool(draw(1, 4, 1), 2, padding="full")
    with pytest.raises(ValueError, match=r"channels of `inputs` must be a multiple of the kernel's"):
        ops.conv(draw(1, 4, 3), draw(1, 2, 2))
    with pytest.raises(ValueError, match=r"`strides` must be a positive integer or 2 of them. Received: strides=0"):
        ops.conv(draw(1, 4, 4, 1), draw(1, 1, 1, 1), strides=0)
    with pytest.raises(TypeError, match=r"`size` must be a positive integer or 2 of them. Received: size='5'"):
        ops.image.extract_patches(draw(1, 4, 4, 1), "5")
    with pytest.raises(ValueError, match=r"`images` must have 3 axes \(one\) or 4"):
        ops.image.rgb_to_grayscale(draw(4, 3))
