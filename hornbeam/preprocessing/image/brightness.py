"""Images brighter or darker."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam.preprocessing.image.arrays import array_to_img, img_to_array


def apply_channel_shift(x: np.ndarray, intensity: float, channel_axis: int = 0) -> np.ndarray:
    """An image with a number added to all values, which stay between its least and its largest.

    Args:
        x: the image.
        intensity: the number.
        channel_axis: accepted for code written for Keras: all channels are changed alike.
    """
    return np.clip(x + intensity, np.min(x), np.max(x))


def apply_brightness_shift(x: Any, brightness: float, scale: bool = True) -> np.ndarray:
    """An image, by Pillow, with all colours multiplied by a factor: values are 0 to 255, in 256 steps.

    Args:
        x: the image, as for `array_to_img`.
        brightness: the factor; 1 changes nothing.
        scale: whether its least value becomes 0 and its largest 255. Where values are beyond these, that is done in any
            case, and undone afterwards unless `scale` is true.
    """
    return with_brightness(x, brightness, scale, None)


def with_brightness(x: Any, brightness: float, scale: bool, data_format: str | None) -> np.ndarray:
    """The same for an image of a data format."""
    least, largest = np.min(x), np.max(x)
    beyond = bool(least < 0 or largest > 255)
    image = array_to_img(x, data_format, scale=beyond or scale)
    from PIL import ImageEnhance

    y = img_to_array(ImageEnhance.Brightness(image).enhance(brightness), data_format)
    return y / 255 * (largest - least) + least if beyond and not scale else y
