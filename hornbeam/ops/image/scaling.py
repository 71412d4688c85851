"""Images scaled and moved by numbers that may be computed."""

from __future__ import annotations

from collections.abc import Sequence

from hornbeam import engine
from hornbeam.ops.dispatch import Array, as_array, floating, op
from hornbeam.ops.image.kernels import KERNELS, weights
from hornbeam.ops.image.separable import times_along


@op
def scale_and_translate(
    images: Array,
    output_shape: Sequence[int],
    scale: Array,
    translation: Array,
    spatial_dims: Sequence[int],
    method: str,
    antialias: bool = True,
) -> Array:
    """`y[i] = x[(i - translation) / scale]` along some axes; 0 where that is outside of x.

    Args:
        images: any array.
        output_shape: the shape of the result, which differs from that of `images` in `spatial_dims` alone.
        scale: a number for each of `spatial_dims`.
        translation: likewise, in pixels of the result.
        spatial_dims: axes.
        method: "linear", "cubic", "lanczos3" or "lanczos5"; "bilinear" and "trilinear", "bicubic" and "tricubic" say
            the same as the first two.
        antialias: average over what falls into a new pixel, where pixels get fewer.
    """
    if method not in KERNELS:
        raise ValueError(f"`method` must be one of {', '.join(map(repr, KERNELS))}. Received: {method!r}.")
    x = floating(images)
    dtype = engine.dtype_name(x)
    scale, translation = (engine.cast(as_array(v), dtype) for v in (scale, translation))
    for i, dim in enumerate(spatial_dims):
        axis = dim % len(x.shape) - len(x.shape)
        old, new = engine.arange(0, x.shape[axis], 1, dtype)[None], engine.arange(0, output_shape[dim], 1, dtype)
        matrix = weights(engine, KERNELS[method], old, new[:, None], scale[i], translation[i], antialias)
        x = times_along(x, matrix, axis)
    return x
