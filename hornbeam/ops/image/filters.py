"""Images convolved with a small fixed window: blurred, and their edges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, as_array, floating, op
from hornbeam.ops.image.axes import along, check_rank, pair, spatial_axes


@op
def gaussian_blur(
    images: Array, kernel_size: Sequence[int] = (3, 3), sigma: Any = (1.0, 1.0), data_format: str | None = None
) -> Array:
    """Images convolved with a Gaussian; outside of them is 0.

    Args:
        images: shape (height, width, channels), or a batch of them; or with channels first.
        kernel_size: of the window, along width and height: in this order.
        sigma: standard deviation, likewise.
        data_format: "channels_last" or "channels_first"; the global setting by default.
    """
    check_rank(images)
    dtype = engine.dtype_name(floating(images))
    x = engine.cast(images, "float32")
    y = blurred(x, spatial_axes(data_format)[::-1], pair(kernel_size, "kernel_size", "(width, height)"), sigma)
    return engine.cast(y, dtype)


def gaussian(size: int, sigma: Any) -> Array:
    """exp(-x² / (2 σ²)) at `size` places around 0, with sum 1."""
    x = engine.asarray(np.arange(size, dtype=np.float32) - (size - 1) / 2)
    w = engine.exp(-(x * x) / (2 * sigma * sigma))
    return w / engine.sum(w)


def blurred(x: Array, axes: Sequence[int], sizes: Sequence[int], sigmas: Any) -> Array:
    """`x` convolved with a Gaussian along each of `axes`; of the same size, outside is 0."""
    for i, (axis, size) in enumerate(zip(axes, sizes, strict=True)):
        before = (size - 1) // 2
        x = engine.pad(x, along(x, [axis], [(before, size - 1 - before)], (0, 0)))
        x = filtered(x, axis, gaussian(size, as_array(sigmas[i])), size)
    return x


def filtered(x: Array, axis: int, weights: Any, size: int) -> Array:
    """`y[i] = sum over k of weights[k] x[i + k]` along an axis, as far as the window fits."""
    n = x.shape[axis] - size + 1
    parts = (x[tuple(along(x, [axis], [slice(k, k + n)], slice(None)))] * weights[k] for k in range(size))
    return sum(parts, start=next(parts))


@op
def sobel_edges(images: Array, data_format: str | None = None) -> Array:
    """How much images change along height and width, by Sobel's windows; these two are a new last axis.

    Args:
        images: a batch, of shape (batch, height, width, channels) or with channels first.
        data_format: "channels_last" or "channels_first"; the global setting by default.
    """
    check_rank(images)
    axes = spatial_axes(data_format)
    x = engine.pad(floating(images), along(images, axes, [(1, 1), (1, 1)], (0, 0)))
    smooth, change = (1.0, 2.0, 1.0), (-1.0, 0.0, 1.0)
    down = filtered(filtered(x, axes[0], change, 3), axes[1], smooth, 3)
    right = filtered(filtered(x, axes[0], smooth, 3), axes[1], change, 3)
    return arrays.stack([down, right], -1)
