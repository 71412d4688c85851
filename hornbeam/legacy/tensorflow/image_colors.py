"""Functions of `tf.image` that change colours or compare images: floats go from 0 to 1, bytes to 255."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from hornbeam import ops, random
from hornbeam.legacy.tensorflow.image import _in_floats


def rgb_to_hsv(images: Any, name: Any = None) -> Any:
    return ops.image.rgb_to_hsv(images, "channels_last")


def hsv_to_rgb(images: Any, name: Any = None) -> Any:
    return ops.image.hsv_to_rgb(images, "channels_last")


def _in_hsv(image: Any, change: Callable[[Any, Any, Any], tuple[Any, Any, Any]]) -> Any:
    def changed(x: Any) -> Any:
        hsv = rgb_to_hsv(x)
        return hsv_to_rgb(ops.stack(change(hsv[..., 0], hsv[..., 1], hsv[..., 2]), -1))

    return _in_floats(ops.convert_to_tensor(image), changed)


def adjust_saturation(image: Any, saturation_factor: float, name: Any = None) -> Any:
    """Colours made stronger by a factor."""
    return _in_hsv(image, lambda h, s, v: (h, ops.clip(s * saturation_factor, 0, 1), v))


def adjust_hue(image: Any, delta: float, name: Any = None) -> Any:
    """Colours turned by a part of the circle."""
    return _in_hsv(image, lambda h, s, v: (ops.mod(h + delta, 1.0), s, v))


def adjust_gamma(image: Any, gamma: float = 1, gain: float = 1) -> Any:
    """gain x^gamma."""
    return _in_floats(ops.convert_to_tensor(image), lambda x: gain * ops.power(x, gamma))


def random_saturation(image: Any, lower: float, upper: float, seed: Any = None) -> Any:
    """`adjust_saturation` by a factor between two."""
    return adjust_saturation(image, float(random.uniform((), lower, upper, seed=seed)))


def random_hue(image: Any, max_delta: float, seed: Any = None) -> Any:
    """`adjust_hue` by up to `max_delta` either way."""
    return adjust_hue(image, float(random.uniform((), -max_delta, max_delta, seed=seed)))


def per_image_standardization(image: Any) -> Any:
    """Each image less its mean, through its deviation."""
    x = ops.cast(image, "float32")
    axes = (-3, -2, -1)
    count = math.prod(int(n) for n in x.shape[-3:])
    deviation = ops.maximum(ops.std(x, axes, keepdims=True), count**-0.5)
    return ops.divide(ops.subtract(x, ops.mean(x, axes, keepdims=True)), deviation)


def total_variation(images: Any, name: Any = None) -> Any:
    """Σ |x - x of the next row| + |x - x of the next column|, of each image."""
    x = ops.convert_to_tensor(images)
    down = ops.abs(x[..., 1:, :, :] - x[..., :-1, :, :])
    right = ops.abs(x[..., :, 1:, :] - x[..., :, :-1, :])
    return ops.sum(down, (-3, -2, -1)) + ops.sum(right, (-3, -2, -1))


def psnr(a: Any, b: Any, max_val: float, name: Any = None) -> Any:
    """20 log10(max) - 10 log10(mean square of the difference), of each image."""
    error = ops.mean(ops.square(ops.cast(a, "float32") - ops.cast(b, "float32")), (-3, -2, -1))
    return 20 * ops.log10(ops.cast(max_val, "float32")) - 10 * ops.log10(error)


def ssim(img1: Any, img2: Any, max_val: float = 1.0, **settings: Any) -> Any:
    """How alike images look, 1 for equal ones."""
    return ops.image.ssim(img1, img2, max_val, **settings)


def sobel_edges(image: Any) -> Any:
    """How much images change downwards and to the right."""
    return ops.image.sobel_edges(image)
