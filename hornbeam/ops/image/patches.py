"""Images cut into patches, side by side or overlapping."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from hornbeam import engine
from hornbeam.core.settings import standardize_data_format
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, op
from hornbeam.ops.image.axes import check_rank
from hornbeam.ops.nn.windows import Sizes, each_axis, pads_for


@op(passes_values=True)
def extract_patches(
    images: Array,
    size: Sizes,
    strides: Sizes | None = None,
    dilation_rate: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Array:
    """Patches of images, each as the channels of one pixel.

    >>> from hornbeam import ops
    >>> ops.shape(ops.image.extract_patches(ops.ones((2, 6, 6, 3)), 2))
    (2, 3, 3, 12)

    Args:
        images: shape (height, width, channels), or a batch of them; or with channels first. With a `size` of three
            numbers one axis more.
        size: of a patch.
        strides: from patch to patch; by default they lie side by side.
        dilation_rate: the distance of neighbouring pixels of a patch.
        padding: "valid", or "same" for patches that reach beyond the image, where it is 0.
        data_format: "channels_last" or "channels_first"; the global setting by default.
    """
    spatial = 3 if isinstance(size, Sequence) and len(size) == 3 else 2
    return _patches(images, "images", size, strides, dilation_rate, padding, data_format, spatial)


@op(passes_values=True)
def extract_patches_3d(
    volumes: Array,
    size: Sizes,
    strides: Sizes | None = None,
    dilation_rate: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Array:
    """`extract_patches` of volumes, which have depth, height and width."""
    return _patches(volumes, "volumes", size, strides, dilation_rate, padding, data_format, 3)


def _patches(
    x: Array,
    name: str,
    size: Sizes,
    strides: Sizes | None,
    dilation_rate: Sizes,
    padding: str,
    data_format: str | None,
    spatial: int,
) -> Array:
    check_rank(x, name, spatial)
    size = each_axis(size, spatial, "size")
    strides = size if strides is None else each_axis(strides, spatial, "strides")
    dilation = each_axis(dilation_rate, spatial, "dilation_rate")
    first = standardize_data_format(data_format) == "channels_first"
    batch = arrays.moveaxis(x, -spatial - 1, -1) if first else x
    batch = batch if len(x.shape) == spatial + 2 else batch[None]
    y = _cut(batch, size, strides, dilation, padding)
    y = y if len(x.shape) == spatial + 2 else y[0]
    return arrays.moveaxis(y, -1, -spatial - 1) if first else y


def _cut(x: Array, size: Sequence[int], strides: Sequence[int], dilation: Sequence[int], padding: str) -> Array:
    """Each spatial axis as (patches, pixels of a patch), then the pixels of all axes behind the patches'."""
    spatial = len(size)
    pads = pads_for(padding, x.shape[1:-1], size, strides, dilation)
    x = engine.pad(x, [(0, 0), *pads, (0, 0)]) if any(map(any, pads)) else x
    for i, (window, stride, step) in enumerate(zip(size, strides, dilation, strict=True)):
        axis = 1 + 2 * i
        count = (x.shape[axis] - (window - 1) * step - 1) // stride + 1
        if count < 1:
            raise ValueError(
                f"A patch must fit into the image. Received: {x.shape[axis]} pixels along an axis, patches of "
                f"{window} at distance {step}. Make `size` smaller, or pass `padding='same'`."
            )
        places = np.arange(count)[:, None] * stride + np.arange(window) * step
        x = engine.take(x, engine.asarray(places.astype(np.int32)), axis)
    patches, pixels = range(1, 2 * spatial, 2), range(2, 2 * spatial + 1, 2)
    x = engine.transpose(x, (0, *patches, *pixels, 2 * spatial + 1))
    return engine.reshape(x, (*x.shape[: spatial + 1], math.prod(x.shape[spatial + 1 :])))
