"""Convolutions, pooling and softmax."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from hornbeam.engine.jax import pooling
from hornbeam.engine.jax.arrays import inexact, promoted
from hornbeam.engine.jax.placement import on_cpu


def _layout(spatial: int):
    """Channels last, for convolutions of one to three spatial axes."""
    axes = "DHW"[3 - spatial :]
    return (f"N{axes}C", f"{axes}IO", f"N{axes}C")


def conv(x, kernel, strides, pads, dilation, groups):
    x, kernel = promoted(x, kernel)
    return lax.conv_general_dilated(
        x,
        kernel,
        tuple(strides),
        [tuple(p) for p in pads],
        rhs_dilation=tuple(dilation),
        dimension_numbers=_layout(x.ndim - 2),
        feature_group_count=groups,
    )


def conv_transpose(x, kernel, strides, pads, dilation, output_size):
    x, kernel = promoted(x, kernel)
    spatial = x.ndim - 2
    # The gradient of a convolution by its input: convolve the stretched x with the flipped kernel.
    around = []
    for m, n, w, s, d, (low, _) in zip(
        x.shape[1:-1], output_size, kernel.shape[:spatial], strides, dilation, pads, strict=True
    ):
        stretched, reach = (m - 1) * s + 1, (w - 1) * d
        around.append((reach - low, n - stretched + low))
    return lax.conv_general_dilated(
        x,
        jnp.swapaxes(jnp.flip(kernel, range(spatial)), -1, -2),
        (1,) * spatial,
        around,
        lhs_dilation=tuple(strides),
        rhs_dilation=tuple(dilation),
        dimension_numbers=_layout(spatial),
    )


def _windows(x, initial, reduce, size, strides, pads):
    def whole(spatial, outer):
        return (outer, *spatial, outer)

    around = whole([tuple(p) for p in pads], (0, 0))
    return lax.reduce_window(x, initial, reduce, whole(size, 1), whole(strides, 1), around)


def max_pool(x, size, strides, pads):
    if on_cpu() and pooling.takes(x, size, strides):
        return pooling.max_pool_by_slices(x, size, pads)
    lowest = -np.inf if jnp.issubdtype(x.dtype, jnp.inexact) else jnp.iinfo(x.dtype).min
    return _windows(x, np.asarray(lowest, x.dtype), lax.max, size, strides, pads)


def sum_pool(x, size, strides, pads):
    return _windows(x, np.asarray(0, x.dtype), lax.add, size, strides, pads)


def softmax(x, axis):
    return jax.nn.softmax(inexact(x), axis)


def log_softmax(x, axis):
    return jax.nn.log_softmax(inexact(x), axis)
