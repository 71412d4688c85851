"""Images: shape (height, width, channels) or (batch, height, width, channels), or with channels first."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.core.settings import standardize_data_format
from hornbeam.ops.dispatch import Array, as_array, floating, op

__all__ = ["rgb_to_grayscale"]


@op
def rgb_to_grayscale(images: Array, data_format: str | None = None) -> Array:
    """The luma of ITU-R BT.601, `0.2989 red + 0.587 green + 0.114 blue`, with one channel."""
    axis = -1 if standardize_data_format(data_format) == "channels_last" else -3
    shape: list[Any] = [1] * len(images.shape)
    shape[axis] = 3
    dtype = engine.dtype_name(images)
    weights = engine.reshape(as_array([0.2989, 0.587, 0.114]), shape)
    return engine.cast(engine.sum(engine.cast(floating(images), "float32") * weights, axis, True), dtype)
