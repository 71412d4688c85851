"""Images changed as it was drawn, one or a batch."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from hornbeam.preprocessing.image import statistics
from hornbeam.preprocessing.image.affine import matrices, transformed
from hornbeam.preprocessing.image.brightness import apply_channel_shift, with_brightness
from hornbeam.preprocessing.image.reading import in_threads, threads

_MOVES = {"theta": 0, "tx": 0, "ty": 0, "shear": 0, "zx": 1, "zy": 1}
_STILL = tuple(_MOVES.values())
_WORTH_A_THREAD = 50_000  # numbers


def apply(generator: Any, x: np.ndarray, changes: dict[str, Any]) -> np.ndarray:
    """One image changed."""
    return _rest(generator, _moved(generator, np.asarray(x)[None], [changes])[0], changes)


def apply_to_all(generator: Any, images: np.ndarray, changes: list[dict[str, Any]]) -> np.ndarray:
    """A batch changed and standardized, by several threads where that is worth it; it may be written to."""
    parts = min(threads(), len(images), max(1, images.size // _WORTH_A_THREAD))
    edges = [len(images) * k // parts for k in range(parts + 1)]
    slices = [slice(*edge) for edge in itertools.pairwise(edges)]
    if len(slices) == 1:
        return _part(generator, images, changes)
    waiting = [in_threads(_part, generator, images[part], changes[part]) for part in slices]
    for part, future in zip(slices, waiting):
        images[part] = future.result()
    return images


def _part(generator: Any, images: np.ndarray, changes: list[dict[str, Any]]) -> np.ndarray:
    images = _moved(generator, images, changes)
    for i, (x, change) in enumerate(zip(images, changes)):
        images[i] = _rest(generator, x, change)
    return statistics.standardize(generator, images)


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
