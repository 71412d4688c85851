"""Images in another size."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hornbeam import engine
from hornbeam.core import allowance
from hornbeam.ops.arrays.conversion import saturate_cast
from hornbeam.ops.dispatch import Array, op
from hornbeam.ops.image.axes import along, check_rank, pair, spatial_axes
from hornbeam.ops.image.kernels import KERNELS, weights
from hornbeam.ops.image.separable import known_times_along

INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")


@op
def resize(
    images: Array,
    size: tuple[int, int],
    interpolation: str = "bilinear",
    antialias: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
    data_format: str | None = None,
) -> Array:
    """Images in another size: along each axis, a new pixel is a weighted sum of old ones.

    >>> from hornbeam import ops
    >>> ops.shape(ops.image.resize(ops.ones((2, 4, 4, 3)), (2, 8)))
    (2, 2, 8, 3)

    Args:
        images: shape (height, width, channels), or a batch of them; or with channels first.
        size: the new (height, width).
        interpolation: "nearest", "bilinear", "bicubic", "lanczos3" or "lanczos5".
        antialias: average over what falls into a new pixel, where pixels get fewer.
        crop_to_aspect_ratio: cut off what does not fit instead of changing the aspect ratio.
        pad_to_aspect_ratio: fill up what is missing instead of changing the aspect ratio.
        fill_mode: "constant".
        fill_value: of the pixels that are filled up.
        data_format: "channels_last" or "channels_first"; the global setting by default.
    """
    check_rank(images)
    size = pair(size, "size")
    _check(interpolation, crop_to_aspect_ratio, pad_to_aspect_ratio, fill_mode)
    axes = spatial_axes(data_format)
    part = window([images.shape[a] for a in axes], size, crop_to_aspect_ratio, pad_to_aspect_ratio)
    if crop_to_aspect_ratio:
        slices = [slice(first, first + n) for first, n in part]
        images = images[tuple(along(images, axes, slices, slice(None)))]
    if pad_to_aspect_ratio:
        images = engine.pad(
            images, along(images, axes, [(-first, -first) for first, _ in part], (0, 0)), value=fill_value
        )
    if interpolation == "nearest":
        return _nearest(images, axes, size)
    return resampled(images, axes, size, interpolation, antialias)


def _check(interpolation: str, crop: bool, pad: bool, fill_mode: str) -> None:
    if interpolation not in INTERPOLATIONS:
        raise ValueError(
            f"`interpolation` must be one of {', '.join(map(repr, INTERPOLATIONS))}. Received: {interpolation!r}."
        )
    if crop and pad:
        raise ValueError("Only one of `crop_to_aspect_ratio` and `pad_to_aspect_ratio` can be True. Received: both.")
    if fill_mode != "constant":
        raise ValueError(f"`fill_mode` must be 'constant' for `pad_to_aspect_ratio`. Received: {fill_mode!r}.")


def window(
    old: Sequence[int], new: Sequence[int], crop_to_aspect_ratio: bool = False, pad_to_aspect_ratio: bool = False
) -> list[tuple[int, int]]:
    """What `resize` makes the new image of: along each axis, the first pixel, and how many; beyond the image if padded.

    It is the largest part, or the smallest image around, that has the aspect ratio of the new image.
    """
    (h, w), (tall, wide) = old, new
    if crop_to_aspect_ratio:
        kept = max(1, min(h, w * tall // wide)), max(1, min(w, h * wide // tall))
        return [((n - k) // 2, k) for n, k in zip(old, kept, strict=True)]
    if pad_to_aspect_ratio:
        whole = max(h, w * tall // wide), max(w, h * wide // tall)
        edges = [(k - n) // 2 for n, k in zip(old, whole, strict=True)]  # an odd pixel is left out, as in Keras
        return [(-edge, n + 2 * edge) for n, edge in zip(old, edges, strict=True)]
    return [(0, h), (0, w)]


def _nearest(images: Array, axes: Sequence[int], size: tuple[int, int]) -> Array:
    for axis, new in zip(axes, size, strict=True):
        old = images.shape[axis]
        if new != old:
            allowance.charge(new, 16, "pixels to resize to")
            places = np.floor((np.arange(new, dtype=np.float32) + 0.5) * np.float32(old / new))
            images = engine.take(images, engine.asarray(places.astype(np.int32)), axis % len(images.shape))
    return images


def resampled(images: Array, axes: Sequence[int], size: Sequence[int], interpolation: str, antialias: bool) -> Array:
    """`images` with other sizes along `axes`; integers are computed as floats, and end within their dtype."""
    dtype = engine.dtype_name(images)
    x = images if dtype in ("float32", "float64") else engine.cast(images, "float32")
    for axis, new in zip(axes, size, strict=True):
        old = x.shape[axis]
        if new != old:
            x = known_times_along(x, _matrix(old, new, interpolation, antialias), axis)
    return saturate_cast(x, dtype) if dtype != engine.dtype_name(x) else x


def _matrix(old: int, new: int, interpolation: str, antialias: bool) -> np.ndarray:
    allowance.charge(old * new, 4, "pixels to resize by")
    return weights(np, KERNELS[interpolation], np.arange(old)[None], np.arange(new)[:, None], new / old, 0, antialias)
