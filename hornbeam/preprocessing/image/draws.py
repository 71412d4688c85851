"""What is to be changed in an image, drawn from NumPy's global generator in Keras's order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Changes = dict[str, Any]  # for each kind of change a list, with an entry for each image


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


def draw_all(generator: Any, shape: Any, count: int) -> Changes:
    """The changes of `count` images of this shape: what `draw` would give one after the other, drawn at once."""
    g = generator
    shifts = {"tx": (g.height_shift_range, shape[g.row_axis - 1]), "ty": (g.width_shift_range, shape[g.col_axis - 1])}
    if any(np.ndim(limit) or (isinstance(limit, int | np.integer) and limit) for limit, _ in shifts.values()):
        return together([draw(g, shape, None) for _ in range(count)])  # some are chosen, not drawn between limits
    ranges: dict[str, tuple[float, float]] = {}
    ranges |= _both_ways(theta=g.rotation_range, tx=g.height_shift_range, ty=g.width_shift_range, shear=g.shear_range)
    ranges |= {} if tuple(g.zoom_range) == (1, 1) else dict.fromkeys(("zx", "zy"), tuple(g.zoom_range))
    ranges |= {"flip_horizontal": (0, 1), "flip_vertical": (0, 1)}
    ranges |= _both_ways(channel_shift_intensity=g.channel_shift_range)
    ranges |= {} if g.brightness_range is None else {"brightness": tuple(g.brightness_range)}
    drawn = np.random.random_sample((count, len(ranges))).T
    changes = {name: low + (high - low) * u for (name, (low, high)), u in zip(ranges.items(), drawn)}
    for name, (limit, size) in shifts.items():
        if name in changes and limit < 1:
            changes[name] = changes[name] * size
    for name, flips in (("flip_horizontal", g.horizontal_flip), ("flip_vertical", g.vertical_flip)):
        across = changes.pop(name) < 0.5
        changes |= {name: across} if flips else {}
    return changes


def together(changes: Sequence[dict[str, Any]]) -> Changes:
    """The changes of several images, each given by itself."""
    names = {name: None for change in changes for name, value in change.items() if value is not None}
    return {name: [change[name] for change in changes] for name in names}


def _both_ways(**limits: float) -> dict[str, tuple[float, float]]:
    return {name: (-limit, limit) for name, limit in limits.items() if limit}


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
