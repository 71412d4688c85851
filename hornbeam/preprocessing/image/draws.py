"""What is to be changed in an image, drawn from NumPy's global generator in Keras's order."""

from __future__ import annotations

from typing import Any

import numpy as np


def draw(generator: Any, shape: Any, seed: int | None) -> dict[str, Any]:
    """The changes of one image of this shape (rank 3), by the ranges of a generator."""
    if seed is not None:
        np.random.seed(seed)
    g = generator
    theta = _up_to(g.rotation_range)
    tx = _distance(g.height_shift_range, shape[g.row_axis - 1])
    ty = _distance(g.width_shift_range, shape[g.col_axis - 1])
    shear = _up_to(g.shear_range)
    least, largest = g.zoom_range
    zx, zy = (1, 1) if least == largest == 1 else np.random.uniform(least, largest, 2)
    across, upside_down = (bool(np.random.random() < 0.5 and flip) for flip in (g.horizontal_flip, g.vertical_flip))
    channel_shift = _up_to(g.channel_shift_range) if g.channel_shift_range != 0 else None
    brightness = None if g.brightness_range is None else np.random.uniform(*g.brightness_range)
    return {
        "theta": theta,
        "tx": tx,
        "ty": ty,
        "shear": shear,
        "zx": zx,
        "zy": zy,
        "flip_horizontal": across,
        "flip_vertical": upside_down,
        "channel_shift_intensity": channel_shift,
        "brightness": brightness,
    }


def _up_to(limit: float) -> float:
    return np.random.uniform(-limit, limit) if limit else 0


def _distance(limit: Any, size: int) -> float:
    """Pixels: of a list one of its numbers, of an integer one below it, else any number up to it, or part of `size`."""
    if np.ndim(limit) == 0 and not limit:
        return 0
    whole = isinstance(limit, int | np.integer)
    if whole or np.ndim(limit):
        distance = np.random.choice(limit) * np.random.choice([-1, 1])
    else:
        distance = np.random.uniform(-limit, limit)
    return distance * size if np.max(limit) < 1 else distance
