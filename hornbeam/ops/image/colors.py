"""Colours, pixel by pixel."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.ops.dispatch import Array, as_array, floating, op
from hornbeam.ops.image.axes import channel_axis


@op
def rgb_to_grayscale(images: Array, data_format: str | None = None) -> Array:
    """The luma of ITU-R BT.601, `0.2989 red + 0.587 green + 0.114 blue`, with one channel."""
    axis = channel_axis(data_format)
    shape: list[Any] = [1] * len(images.shape)
    shape[axis] = 3
    dtype = engine.dtype_name(images)
    weights = engine.reshape(as_array([0.2989, 0.587, 0.114]), shape)
    return engine.cast(engine.sum(engine.cast(floating(images), "float32") * weights, axis, True), dtype)
