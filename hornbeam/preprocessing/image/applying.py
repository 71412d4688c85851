"""Images changed as it was drawn, one or a batch."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from hornbeam.preprocessing.image import statistics
from hornbeam.preprocessing.image.affine import matrices, transformed
from hornbeam.preprocessing.image.brightness import apply_channel_shift, with_brightness
from hornbeam.preprocessing.image.draws import Changes, draw_all, together
from hornbeam.preprocessing.image.reading import in_parts

_MOVES = {"theta": 0, "tx": 0, "ty": 0, "shear": 0, "zx": 1, "zy": 1}
_STILL = tuple(_MOVES.values())

# What changes an image besides a factor and flips, unless it is `None`, zero or false.
_OTHER = (
    "featurewise_center", "samplewise_center", "featurewise_std_normalization", "samplewise_std_normalization",
    "zca_whitening", "rotation_range", "width_shift_range", "height_shift_range", "brightness_range", "shear_range",
    "channel_shift_range",
)  # fmt: skip


class Plain(NamedTuple):
    """The changes of a batch of images that are no more than multiplied by a factor and mirrored."""

    factor: Any
    flips: Changes
    axes: tuple[int, int]

    def put(self, i: int, x: np.ndarray, out: np.ndarray) -> None:
        """Write image `i` to its place."""
        across, upside_down = (name in self.flips and self.flips[name][i] for name in _FLIPS)
        x = np.flip(x, self.axes[0]) if upside_down else x
        if not across and x.dtype == out.dtype:
            np.multiply(x, self.factor, out=out)
            return
        if across:
            copy_across(np.flip(x, self.axes[1]), out, self.axes[1])
        else:  # bytes, which are turned into floats sooner than multiplied with them
            out[...] = x
        if self.factor != 1:
            out *= self.factor

    def put_all(self, rows: slice, out: np.ndarray) -> None:
        """The same for small images with these numbers, together, in their place."""
        if self.factor != 1:
            out *= self.factor
        for name, axis in zip(_FLIPS, reversed(self.axes)):
            chosen = np.flatnonzero(self.flips[name][rows]) if name in self.flips else ()
            if len(chosen):
                out[chosen] = _mirrored(out[chosen], axis + 1)


_FLIPS = ("flip_horizontal", "flip_vertical")


def _mirrored(images: np.ndarray, axis: int) -> np.ndarray:
    """Images of rank 4, mirrored; numbers are taken one by one where their channels come last."""
    n, h, w, c = images.shape
    if axis != 2:
        return np.flip(images, axis)
    flat = (np.arange(w)[::-1, None] * c + np.arange(c)).ravel()
    return images.reshape(n, h, w * c).take(flat, 2, mode="clip").reshape(images.shape)


def copy_across(x: np.ndarray, out: np.ndarray, col_axis: int) -> None:
    """Copy a mirrored image; channel by channel, for a run of three numbers costs as much as one of hundreds."""
    if col_axis == 2:
        out[...] = x
        return
    for channel in range(x.shape[2]):
        out[..., channel] = x[..., channel]


def plain(generator: Any, count: int, dtype: Any) -> Plain | None:
    """The changes of so many images, drawn, where a generator does no more than that to images of this dtype."""
    g, dtype = generator, np.dtype(dtype)
    if g is None or dtype.kind != "f" or not hasattr(g, "_has_own"):
        return None
    if any(_is_set(getattr(g, name)) for name in _OTHER):
        return None
    own = g._has_own("apply_transform", "standardize", "get_random_transform", "random_transform")
    if not own or g.preprocessing_function is not None or tuple(g.zoom_range) != (1, 1):
        return None
    return Plain(dtype.type(g.rescale or 1), draw_all(g, (1, 1, 1), count), (g.row_axis - 1, g.col_axis - 1))


def _is_set(value: Any) -> bool:
    return any(value) if isinstance(value, list | tuple | np.ndarray) else bool(value)


def apply(generator: Any, x: np.ndarray, change: dict[str, Any]) -> np.ndarray:
    """One image changed."""
    x = np.asarray(x)
    return _rest(generator, _moved(generator, x[None], together([change]))[0], change)


def apply_to_all(generator: Any, images: np.ndarray, changes: Changes) -> np.ndarray:
    """A batch that may be written to, changed and standardized."""
    others = [name for name in changes if name not in _MOVES]

    def work(part: slice) -> None:
        chosen = {name: values[part] for name, values in changes.items()}
        moved = _moved(generator, images[part], chosen)
        for i, x in enumerate(moved if others else ()):
            y = _rest(generator, x, {name: chosen[name][i] for name in others})
            if y is not x:
                moved[i] = y
        done = statistics.standardize(generator, moved)
        if done.base is not images:
            images[part] = done

    in_parts(work, len(images), images.size)
    return images


def _moved(generator: Any, images: np.ndarray, changes: Changes) -> np.ndarray:
    """Turned, moved, sheared, zoomed."""
    moves = np.zeros((len(images), len(_MOVES))) + _STILL
    for column, name in enumerate(_MOVES):
        if name in changes:
            moves[:, column] = changes[name]
    chosen = np.flatnonzero((moves != _STILL).any(1))
    if not len(chosen):
        return images
    g, first = generator, generator.data_format == "channels_first"
    some = images[chosen] if len(chosen) < len(images) else images
    some = np.moveaxis(some, 1, 3) if first else some
    some = transformed(some, matrices(moves[chosen], *some.shape[1:3]), g.fill_mode, g.cval, g.interpolation_order)
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
        mirrored = np.empty_like(x, order="C")
        copy_across(np.flip(x, generator.col_axis - 1), mirrored, generator.col_axis - 1)
        x = mirrored
    if change.get("flip_vertical", False):
        x = np.flip(x, generator.row_axis - 1)
    if change.get("brightness") is not None:
        x = with_brightness(x, change["brightness"], False, generator.data_format)
    return x
