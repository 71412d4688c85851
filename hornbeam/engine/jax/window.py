"""How a kernel moves over an image, and XLA's convolution."""

import itertools
from typing import NamedTuple

import numpy as np
from jax import lax


class Window(NamedTuple):
    """Per spatial axis: the step, the zeros around the image (negative numbers crop) and the distance between taps."""

    strides: tuple[int, ...]
    pads: tuple[tuple[int, int], ...]
    dilation: tuple[int, ...]


def convolve(window, x, kernel, groups=1, stretch=None):
    """XLA's convolution, channels last, of one to three spatial axes; `stretch` puts zeros between the pixels of x."""
    axes = "DHW"[5 - x.ndim :]
    return lax.conv_general_dilated(
        x,
        kernel,
        window.strides,
        window.pads,
        lhs_dilation=stretch,
        rhs_dilation=window.dilation,
        dimension_numbers=(f"N{axes}C", f"{axes}IO", f"N{axes}C"),
        feature_group_count=groups,
    )


def padded(x, pads, value=0):
    return lax.pad(x, np.asarray(value, x.dtype), ((0, 0, 0), *((low, high, 0) for low, high in pads), (0, 0, 0)))


def taps(x, size, window):
    """Each tap of a kernel of this size, and the part of `x`, padded already, that it meets."""
    for tap in itertools.product(*map(range, size)):
        places = [
            slice(i * d, n - (w - 1 - i) * d, s)
            for i, n, w, s, d in zip(tap, x.shape[1:-1], size, window.strides, window.dilation, strict=True)
        ]
        yield tap, x[(slice(None), *places)]
