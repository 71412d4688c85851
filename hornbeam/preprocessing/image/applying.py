"""Images changed as it was drawn, one or a batch."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam.preprocessing.image import statistics
from hornbeam.preprocessing.image.affine import matrices, transformed
from hornbeam.preprocessing.image.brightness import apply_channel_shift, with_brightness
from hornbeam.preprocessing.image.reading import in_parts

_MOVES = {"theta": 0, "tx": 0, "ty": 0, "shear": 0, "zx": 1, "zy": 1}
_STILL = tuple(_MOVES.values())


def apply(generator: Any, x: np.ndarray, changes: dict[str, Any]) -> np.ndarray:
    """One image changed."""
    return _rest(generator, _moved(generator, np.asarray(x)[None], [changes])[0], changes)


def apply_to_all(generator: Any, images: np.ndarray, changes: list[dict[str, Any]]) -> np.ndarray:
    """A batch that may be written to, changed and standardized."""

    def work(part: slice) -> None:
        chosen = changes[part]
        moved = _moved(generator, images[part], chosen)
        for i, (x, change) in enumerate(zip(moved, chosen)):
            y = _rest(generator, x, change)
            if y is not x:
                moved[i] = y
        done = statistics.standardize(generator, moved)
        if done.base is not images:
            images[part] = done

    in_parts(work, len(images), images.size)
    return images


def _moved(generator: Any, images: np.ndarray, changes: list[dict[str, Any]]) -> np.ndarray:
    """Turned, moved, sheared, zoomed."""
    moves = [tuple(change.get(name, still) for name, still in _MOVES.items()) for change in changes]
    chosen = [i for i, move in enumerate(moves) if move != _STILL]
    if not chosen:
        return images
    g, first = generator, generator.data_format == "channels_first"
    some = images[chosen] if len(chosen) < len(images) else images
    some = np.moveaxis(some, 1, 3) if first else some
    maps = matrices([moves[i] for i in chosen], *some.shape[1:3])
    some = transformed(some, maps, g.fill_mode, g.cval, g.interpolation_order)
    some = np.moveaxis(some, 3, 1) if first else some
    if len(chosen) == len(images):
        return some
    images = images.copy()
    images[chosen] = some
    return images


def _rest(generator: Any, x: np.ndarray, change: dict[str, Any]) -> np.ndarray:
    """Other values, mirrored, brighter."""
    if change.get("channel_shift_intensity") is not None:
        x = apply_channel_shift(x, change["channel_shift_intensity"], generator.channel_axis - 1)
    if change.get("flip_horizontal", False):
        x = np.flip(x, generator.col_axis - 1)
    if change.get("flip_vertical", False):
        x = np.flip(x, generator.row_axis - 1)
    if change.get("brightness") is not None:
        x = with_brightness(x, change["brightness"], False, generator.data_format)
    return x
