"""A batch of images of any dtype and order of axes as bytes, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam.core.settings import standardize_data_format
from hornbeam.ops.arrays import convert_to_numpy


def as_pixels(images: Any, data_format: str | None, value_range: Sequence[float] | None = None) -> np.ndarray:
    """The images as uint8 of shape (batch, height, width, 3 or 4).

    Args:
        images: shape (batch, height, width, channels), with 1, 3 or 4 channels; or with channels first.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        value_range: what is black and what is white; by default 0 and 255, or 1 where no float is greater.
    """
    is_first = standardize_data_format(data_format) == "channels_first"
    x = np.asarray(convert_to_numpy(images))
    if x.ndim != 4 or not x.size or (channels := x.shape[1 if is_first else 3]) not in (1, 3, 4):
        raise ValueError(
            "`images` must be a batch with 4 axes, and 1, 3 or 4 channels along axis "
            f"{1 if is_first else 3}. Received: images of shape {x.shape}."
        )
    x = np.moveaxis(x, 1, 3) if is_first else x
    x = x if x.dtype == np.uint8 and value_range is None else _scaled(x, value_range)
    return np.repeat(x, 3, axis=3) if channels == 1 else x.copy()


def _scaled(x: np.ndarray, value_range: Sequence[float] | None) -> np.ndarray:
    if value_range is None:
        value_range = (0, 1) if x.dtype.kind == "f" and x.size and x.max() <= 1 else (0, 255)
    black, white = _range(value_range)
    return np.rint(np.clip((x.astype("float32") - black) / (white - black), 0, 1) * 255).astype("uint8")


def _range(value_range: Any) -> tuple[float, float]:
    try:
        black, white = (float(value) for value in value_range)
    except (TypeError, ValueError):
        black = white = 0.0
    if black == white:
        raise ValueError(f"`value_range` must be two different numbers. Received: value_range={value_range!r}.")
    return black, white


def as_given(pixels: np.ndarray, data_format: str | None) -> np.ndarray:
    """Pixels in the order of axes that images were given in."""
    is_first = standardize_data_format(data_format) == "channels_first"
    return np.ascontiguousarray(np.moveaxis(pixels, 3, 1)) if is_first else pixels


def as_color(color: Any, what: str) -> tuple[int, ...]:
    """Red, green and blue, from 0 to 255."""
    values = tuple(color) if isinstance(color, list | tuple | np.ndarray) else ()
    if len(values) != 3 or not all(isinstance(v, int | float | np.number) and 0 <= v <= 255 for v in values):
        raise ValueError(f"`{what}` must be three numbers from 0 to 255: red, green, blue. Received: {color!r}.")
    return tuple(int(value) for value in values)
