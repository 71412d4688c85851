"""Padding, and making images larger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import ops
from hornbeam.core.settings import standardize_data_format
from hornbeam.ops.dispatch import Array, op


def _pad_axes(x: Any, padding: Sequence[Any], data_format: Any) -> Any:
    spatial = [tuple(pair) for pair in padding]
    first = standardize_data_format(data_format) == "channels_first"
    return ops.pad(x, [(0, 0), (0, 0), *spatial] if first else [(0, 0), *spatial, (0, 0)])


def temporal_padding(x: Any, padding: Sequence[int] = (1, 1)) -> Any:
    """Zeros before and after the steps of a sequence."""
    return ops.pad(x, [(0, 0), tuple(padding), (0, 0)])


def spatial_2d_padding(x: Any, padding: Any = ((1, 1), (1, 1)), data_format: Any = None) -> Any:
    """Zeros around images: pairs for height and width."""
    return _pad_axes(x, padding, data_format)


def spatial_3d_padding(x: Any, padding: Any = ((1, 1), (1, 1), (1, 1)), data_format: Any = None) -> Any:
    """Zeros around volumes: pairs for depth, height and width."""
    return _pad_axes(x, padding, data_format)


@op
def resize_images(
    x: Array, height_factor: int, width_factor: int, data_format: Any, interpolation: str = "nearest"
) -> Array:
    """Images made larger by whole factors."""
    data_format = standardize_data_format(data_format)
    h, w = (2, 3) if data_format == "channels_first" else (1, 2)
    if interpolation == "nearest":
        return ops.repeat(ops.repeat(x, height_factor, h), width_factor, w)
    if interpolation != "bilinear":
        raise ValueError(f"`interpolation` must be 'nearest' or 'bilinear'. Received: {interpolation!r}.")
    size = (x.shape[h] * height_factor, x.shape[w] * width_factor)
    return ops.image.resize(x, size, interpolation="bilinear", data_format=data_format)


@op
def resize_volumes(x: Array, depth_factor: int, height_factor: int, width_factor: int, data_format: Any) -> Array:
    """Volumes made larger by whole factors: each element is repeated."""
    first = 2 if standardize_data_format(data_format) == "channels_first" else 1
    for axis, factor in enumerate((depth_factor, height_factor, width_factor), first):
        x = ops.repeat(x, factor, axis)
    return x
