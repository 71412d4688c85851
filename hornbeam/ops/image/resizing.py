"""Images in another size."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hornbeam import engine
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
    if crop_to_aspect_ratio:
        images = _cropped(images, axes, size)
    if pad_to_aspect_ratio:
        images = _padded(images, axes, size, fill_value)
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


def _cropped(images: Array, axes: Sequence[int], size: tuple[int, int]) -> Array:
    """The largest part in the middle that has the aspect ratio of `size`."""
    h, w = (images.shape[a] for a in axes)
    kept = min(h, w * size[0] // size[1]), min(w, h * size[1] // size[0])
    slices = [slice((n - k) // 2, (n - k) // 2 + k) for n, k in zip((h, w), kept, strict=True)]
    return images[tuple(along(images, axes, slices, slice(None)))]


def _padded(images: Array, axes: Sequence[int], size: tuple[int, int], value: float) -> Array:
    """The smallest image with the aspect ratio of `size` that has `images` in its middle."""
    h, w = (images.shape[a] for a in axes)
    whole = max(h, w * size[0] // size[1]), max(w, h * size[1] // size[0])
    pads = [((n - k) // 2,) * 2 for n, k in zip(whole, (h, w), strict=True)]  # an odd pixel is left out, as in Keras
    return engine.pad(images, along(images, axes, pads, (0, 0)), value=value)


def _nearest(images: Array, axes: Sequence[int], size: tuple[int, int]) -> Array:
    for axis, new in zip(axes, size, strict=True):
        old = images.shape[axis]
        if new != old:
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
    return weights(np, KERNELS[interpolation], np.arange(old)[None], np.arange(new)[:, None], new / old, 0, antialias)
