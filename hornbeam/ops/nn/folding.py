"""Windows of images as columns, and columns added up to images. Channels come first here."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from hornbeam import engine
from hornbeam.core.brief import shown_shape
from hornbeam.ops.dispatch import Array, op
from hornbeam.ops.nn.windows import Sizes, each_axis


@op
def unfold(x: Array, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1) -> Array:
    """The windows of images as columns: shape (batch, channels * window, windows).

    Args:
        x: shape (batch, channels, height, width).
        kernel_size: of the window.
        dilation: the distance of neighbouring elements of a window.
        padding: rows and columns of zeros on each side.
        stride: the step of the window.
    """
    _check_axes(x, 4, "(batch, channels, height, width)")
    pads = _two(padding, "padding", 0)
    x = engine.pad(x, [(0, 0), (0, 0), *((p, p) for p in pads)])
    b, c, h, w = x.shape
    places = _places((h, w), kernel_size, dilation, stride)
    columns = engine.take(engine.reshape(x, (b, c, h * w)), engine.asarray(places), 2)
    return engine.reshape(columns, (b, c * places.shape[0], places.shape[1]))


@op
def fold(
    x: Array, output_size: Sizes, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1
) -> Array:
    """Images of which `x` holds the windows, as `unfold` gives them; where windows overlap they are added.

    Args:
        x: shape (batch, channels * window, windows).
        output_size: height and width of the images.
        kernel_size: of the window.
        dilation: the distance of neighbouring elements of a window.
        padding: rows and columns on each side that are cut off.
        stride: the step of the window.
    """
    _check_axes(x, 3, "(batch, channels * window, windows)")
    (top, side), size = _two(padding, "padding", 0), _two(output_size, "output_size")
    h, w = size[0] + 2 * top, size[1] + 2 * side
    places = _places((h, w), kernel_size, dilation, stride)
    b, rows, count = x.shape
    if rows % places.shape[0] or count != places.shape[1]:
        raise ValueError(
            f"`x` must hold {places.shape[1]} windows of {places.shape[0]} elements for each channel. "
            f"Received: shape {shown_shape(x.shape)}."
        )
    c = rows // places.shape[0]
    elements = engine.transpose(engine.reshape(x, (b * c, math.prod(places.shape))), (1, 0))
    image = engine.full((h * w, b * c), 0, engine.dtype_name(x))
    image = engine.scatter_add(image, engine.asarray(places.reshape(-1, 1)), elements)
    image = engine.reshape(engine.transpose(image, (1, 0)), (b, c, h, w))
    return image[:, :, top : h - top, side : w - side]


def _two(value: Sizes, name: str, least: int = 1) -> tuple[int, int]:
    values = (value, value) if isinstance(value, int) else tuple(value)
    if len(values) != 2 or min(values) < least:
        raise ValueError(f"`{name}` must be an integer of at least {least}, or two. Received: {name}={value}.")
    return values


def _check_axes(x: Array, count: int, meaning: str) -> None:
    if len(x.shape) != count:
        raise ValueError(f"`x` must have shape {meaning}. Received: {shown_shape(x.shape)}.")


def _places(size: Sequence[int], kernel_size: Sizes, dilation: Sizes, stride: Sizes) -> np.ndarray:
    """Where each element (first axis) of each window (second axis) is in the image, counted by rows."""
    window, steps = each_axis(kernel_size, 2, "kernel_size"), each_axis(dilation, 2, "dilation")
    strides = each_axis(stride, 2, "stride")
    found = []
    for n, k, d, s in zip(size, window, steps, strides, strict=True):
        starts = np.arange(0, max(n - (k - 1) * d, 0), s)
        found.append(np.arange(k)[:, None] * d + starts)
    y, x = found
    places = y[:, None, :, None] * size[1] + x[None, :, None, :]
    return places.reshape(math.prod(window), -1).astype(np.int32)
