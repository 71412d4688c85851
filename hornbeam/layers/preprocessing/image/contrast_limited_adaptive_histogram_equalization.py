"""`ContrastLimitedAdaptiveHistogramEqualization`: contrast in each part of an image, but not of its noise."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.layers.base.checks import as_tuple
from hornbeam.layers.preprocessing.image.factors import check_number
from hornbeam.layers.preprocessing.image.histograms import counts, levels
from hornbeam.layers.preprocessing.image.image_layer import ImageLayer
from hornbeam.ops.image.axes import from_channels_last, to_channels_last

_BINS = 256


class ContrastLimitedAdaptiveHistogramEqualization(ImageLayer):
    """y = low + (high - low) (c(x) - c(low)) / (n - c(low)), with c of the tiles around a pixel, between them.

    An image is cut into tiles. c(v) is how many of the n pixels of a tile's channel have at most the value v, where
    the frequency of a value counts up to clip_limit n / 256, and what is above that is shared among all 256 values.
    A pixel's y is interpolated between the y of the four nearest tiles.

    Args:
        value_range: (low, high), the least and the largest value of a pixel.
        clip_limit: how many times as frequent as on average a value may be; 0 for no limit.
        tile_grid_size: how many tiles there are along the height and along the width.
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Input and output: (height, width, channels), or a batch of them.

    Source: Zuiderveld 1994, Contrast limited adaptive histogram equalization (Graphics Gems IV).

    >>> import hornbeam
    >>> layer = hornbeam.layers.ContrastLimitedAdaptiveHistogramEqualization(clip_limit=0.0, tile_grid_size=(1, 1))
    >>> layer([[[0.0], [10.0], [11.0], [20.0]]])[..., 0].tolist()
    [[0.0, 85.0, 170.0, 255.0]]
    """

    always = True
    moves = False

    def __init__(
        self,
        value_range: Any = (0, 255),
        clip_limit: float = 4.0,
        tile_grid_size: Any = (8, 8),
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.store(locals())
        check_number(self, "clip_limit", clip_limit)
        self.tile_grid_size = as_tuple(self, "tile_grid_size", tile_grid_size, 2)

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        x = to_channels_last(images, self.data_format)
        pixels = levels(x, self.value_range, _BINS)
        tall, wide = self._tile_size(pixels)
        low, high = self.value_range
        y = low + (high - low) / 255 * _between(self._tables(pixels), pixels, tall, wide)
        return from_channels_last(engine.cast(y, engine.dtype_name(images)), self.data_format)

    def _tile_size(self, pixels: Any) -> tuple[int, int]:
        tall, wide = (-(-n // parts) for n, parts in zip(pixels.shape[1:3], self.tile_grid_size, strict=True))
        return tall, wide

    def _tables(self, pixels: Any) -> Any:
        """What takes the place of each value, of shape (batch, rows of tiles, columns of tiles, channels, 256)."""
        (rows, columns), (tall, wide) = self.tile_grid_size, self._tile_size(pixels)
        for axis, length in ((1, rows * tall), (2, columns * wide)):
            pixels = engine.take(pixels, _back_and_forth(pixels.shape[axis], length), axis)
        batch, _, _, channels = pixels.shape
        tiles = engine.reshape(pixels, (batch, rows, tall, columns, wide, channels))
        tiles = engine.transpose(tiles, (0, 1, 3, 5, 2, 4))
        found = self._limited(engine.reshape(tiles, (batch * rows * columns * channels, tall * wide)))
        found = engine.cumsum(found, 1)
        least = found[:, :1]
        table = 255 * (found - least) / engine.maximum(tall * wide - least, 1e-7)
        return engine.reshape(table, (*tiles.shape[:4], _BINS))

    def _limited(self, tiles: Any) -> Any:
        """How often each value occurs in each tile; what is above the limit is shared among all values."""
        frequencies = engine.cast(counts(tiles, _BINS), "float32")
        if self.clip_limit <= 0:
            return frequencies
        below = engine.minimum(frequencies, self.clip_limit * tiles.shape[1] / _BINS)
        return below + engine.sum(frequencies - below, 1, True) / _BINS


def _back_and_forth(size: int, length: int) -> Any:
    """0, 1, ..., size - 1, size - 1, ..., 1, 0, 0, 1, ...: indices that continue an axis to a length."""
    return engine.asarray(np.pad(np.arange(size, dtype="int32"), (0, length - size), mode="symmetric"))


def _between(tables: Any, pixels: Any, tall: int, wide: int) -> Any:
    """What takes the place of each pixel, by the tables of the tiles around it."""
    batch, rows, columns, channels, bins = tables.shape
    table, n = engine.reshape(tables, (batch, rows * columns * channels * bins)), math.prod(pixels.shape[1:])
    channel = engine.arange(0, channels, 1, "int32")
    total = 0
    for row, share in _neighbours(pixels.shape[1], tall, rows):
        for column, part in _neighbours(pixels.shape[2], wide, columns):
            tile = row[:, None] * columns + column
            place = (tile[..., None] * channels + channel) * bins + pixels
            found = engine.take_along_axis(table, engine.reshape(place, (batch, n)), 1)
            total = total + share[:, None, None] * part[:, None] * engine.reshape(found, pixels.shape)
    return total


def _neighbours(size: int, tile: int, n: int) -> list[tuple[Any, Any]]:
    """The tiles before and behind the middle of each pixel's own, and how much each counts."""
    place = np.arange(size, dtype="float32") / tile - 0.5
    before = np.floor(place)
    both = ((before, 1 - (place - before)), (before + 1, place - before))
    return [(engine.asarray(np.clip(i, 0, n - 1).astype("int32")), engine.asarray(share)) for i, share in both]
