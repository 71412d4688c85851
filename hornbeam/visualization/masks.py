"""Segmentation masks, blended into images."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hornbeam.ops.arrays import convert_to_numpy
from hornbeam.visualization.pixels import as_color, as_given, as_pixels


def draw_segmentation_masks(
    images: Any,
    segmentation_masks: Any,
    num_classes: int | None = None,
    color_mapping: Mapping[int, Sequence[int]] | None = None,
    alpha: float = 0.8,
    blend: bool = True,
    ignore_index: int = -1,
    data_format: str | None = None,
) -> np.ndarray:
    """Images with each pixel in the color of its class: alpha · color + (1 - alpha) · pixel.

    Args:
        images: a batch of shape (batch, height, width, channels), of bytes, or floats up to 1 or 255.
        segmentation_masks: classes, integers of shape (batch, height, width) or (batch, height, width, 1).
        num_classes: one more than the greatest class by default.
        color_mapping: red, green and blue, from 0 to 255, by class; colors far apart by default.
        alpha: how much of the color is seen, from 0 to 1.
        blend: whether to blend; else pixels become the color.
        ignore_index: the class of pixels that stay as they are.
        data_format: "channels_last" or "channels_first", of images and masks; the global setting by default.

    Returns:
        New images, uint8, with 3 channels where there was one.

    >>> import hornbeam, numpy as np
    >>> masks = np.array([[[0, -1]]])
    >>> red = {0: (250, 0, 0)}
    >>> drawn = hornbeam.visualization.draw_segmentation_masks(np.zeros((1, 1, 2, 3)), masks, color_mapping=red)
    >>> drawn[0, 0].tolist()
    [[200, 0, 0], [0, 0, 0]]
    """
    pixels = as_pixels(images, data_format)
    masks = _masks(segmentation_masks, pixels)
    shown = (masks != ignore_index) & (masks >= 0)
    count = max(int(masks[shown].max(initial=-1)) + 1, num_classes or 0)
    colors = _colors(masks[shown], count, color_mapping)
    if not 0 <= alpha <= 1:
        raise ValueError(f"`alpha` must be from 0 to 1. Received: alpha={alpha!r}.")
    weight, drawn = (alpha if blend else 1.0), pixels[..., :3]
    drawn[shown] = (weight * colors[masks[shown]] + (1 - weight) * drawn[shown]).astype("uint8")
    return as_given(pixels, data_format)


def _masks(given: Any, pixels: np.ndarray) -> np.ndarray:
    masks = np.asarray(convert_to_numpy(given))
    if masks.dtype.kind not in "iu":
        raise TypeError(f"`segmentation_masks` must be integers, the classes of pixels. Received: {masks.dtype}.")
    wanted = pixels.shape[:3]
    if masks.size != np.prod(wanted) or tuple(n for n in masks.shape if n > 1) != tuple(n for n in wanted if n > 1):
        raise ValueError(f"`segmentation_masks` must have shape {wanted}, as the images. Received: {masks.shape}.")
    return masks.reshape(wanted).astype("int64")


def _colors(classes: np.ndarray, count: int, mapping: Mapping[int, Sequence[int]] | None) -> np.ndarray:
    if mapping is None:
        return np.array([_hue(number) for number in range(max(count, 1))], "float64")
    table = np.zeros((max(count, 1), 3))
    for number in np.unique(classes).tolist():
        if number not in mapping:
            raise ValueError(f"`color_mapping` must have a color of class {number}. Received: {sorted(mapping)}.")
        table[number] = as_color(mapping[number], "color_mapping")
    return table


def _hue(number: int) -> list[int]:
    """Neighbours on the list are far apart on the circle of hues: each is the golden section further on."""
    return [round(255 * part) for part in colorsys.hsv_to_rgb((0.6 + 0.618034 * number) % 1, 0.85, 0.95)]
