"""Means of what a mask leaves; they are 0 where it leaves nothing, and so are their gradients."""

from __future__ import annotations

from collections.abc import Sequence

from hornbeam import engine
from hornbeam.ops.dispatch import Array, widely


def masked_mean(x: Array, mask: Array, axes: Sequence[int], keepdims: bool = False) -> Array:
    """The mean over `axes` of the elements where `mask`, which broadcasts to `x`, is true."""

    def compute(x: Array) -> Array:
        count = engine.sum(engine.cast(mask, engine.dtype_name(x)), axes, keepdims)
        return engine.sum(engine.where(mask, x, 0), axes, keepdims) / engine.maximum(count, 1)

    return widely(compute, x)


def masked_moments(x: Array, mask: Array, axes: Sequence[int]) -> tuple[Array, Array, Array]:
    """The mean and the variance over `axes` of the elements where `mask` is true, and how many they are."""
    mask = engine.broadcast_to(mask, x.shape)
    mean = masked_mean(x, mask, axes, keepdims=True)
    variance = masked_mean(engine.where(mask, x - mean, 0) ** 2, mask, axes)
    shape = variance.shape
    return engine.reshape(mean, shape), variance, engine.sum(engine.cast(mask, engine.dtype_name(x)), axes)
