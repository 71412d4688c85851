"""Pixels of images: as channels and back, and how far two images are apart."""

from __future__ import annotations

import math

from hornbeam import engine
from hornbeam.ops.dispatch import Array, floating, op
from hornbeam.ops.math import reductions


@op
def psnr(x1: Array, x2: Array, max_val: float) -> Array:
    """The peak signal-to-noise ratio, `20 log10(max_val) - 10 log10(mean((x1 - x2)**2))`, in decibels."""
    distance = floating(x1) - floating(x2)
    error = reductions.mean(distance * distance)
    return 20 * math.log10(max_val) - engine.log(error) * (10 / math.log(10))


@op(passes_values=True)
def depth_to_space(x: Array, block_size: int, data_format: str = "channels_last") -> Array:
    """Every `block_size**2` channels as a square of pixels."""
    return _reblock(x, block_size, data_format, to_space=True)


@op(passes_values=True)
def space_to_depth(x: Array, block_size: int, data_format: str = "channels_last") -> Array:
    """Every square of `block_size**2` pixels as channels."""
    return _reblock(x, block_size, data_format, to_space=False)


def _reblock(x: Array, k: int, data_format: str, to_space: bool) -> Array:
    """The position within a square comes before the channel with channels last, and after it with channels first."""
    if not isinstance(k, int) or k < 2:
        raise ValueError(f"`block_size` must be an integer of at least 2. Received: block_size={k!r}.")
    if data_format == "channels_last":
        b, h, w, c = x.shape
        split, order, joined = (
            ((b, h, w, k, k, c // k**2), (0, 1, 3, 2, 4, 5), (b, h * k, w * k, c // k**2))
            if to_space
            else ((b, h // k, k, w // k, k, c), (0, 1, 3, 2, 4, 5), (b, h // k, w // k, c * k**2))
        )
    else:
        b, c, h, w = x.shape
        split, order, joined = (
            ((b, c // k**2, k, k, h, w), (0, 1, 4, 2, 5, 3), (b, c // k**2, h * k, w * k))
            if to_space
            else ((b, c, h // k, k, w // k, k), (0, 1, 3, 5, 2, 4), (b, c * k**2, h // k, w // k))
        )
    return engine.reshape(engine.transpose(engine.reshape(x, split), order), joined)
