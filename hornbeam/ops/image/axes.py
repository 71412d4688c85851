"""Where images have their axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core.brief import shown_shape
from hornbeam.core.settings import standardize_data_format
from hornbeam.core.symbolic import is_symbolic
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array


def check_rank(images: Array, name: str = "images", spatial: int = 2) -> None:
    """Raise unless `images` is one image or a batch of them."""
    if len(images.shape) not in (spatial + 1, spatial + 2):
        raise ValueError(
            f"`{name}` must have {spatial + 1} axes (one) or {spatial + 2} (a batch). "
            f"Received: shape {shown_shape(images.shape)}."
        )


def spatial_axes(data_format: str | None, spatial: int = 2) -> tuple[int, ...]:
    """The axes of height and width, counted from the end."""
    last = standardize_data_format(data_format) == "channels_last"
    return tuple(range(-spatial - 1, -1) if last else range(-spatial, 0))


def channel_axis(data_format: str | None) -> int:
    """The axis of the channels, counted from the end."""
    return -1 if standardize_data_format(data_format) == "channels_last" else -3


def pair(value: Any, name: str, meaning: str = "(height, width)") -> tuple[int, int]:
    """Two positive integers, which may be in an array."""
    if hasattr(value, "shape") and not engine.is_traced(value) and not is_symbolic(value):
        value = np.ravel(engine.to_numpy(value) if engine.is_tensor(value) else value).tolist()
    if not isinstance(value, Sequence) or len(value) != 2 or min(value) < 1:
        raise ValueError(f"`{name}` must be two positive integers, {meaning}. Received: {name}={value}.")
    return int(value[0]), int(value[1])


def along(images: Array, axes: Sequence[int], values: Sequence[Any], rest: Any) -> list[Any]:
    """One value for each axis of `images`: `values` at `axes`, and `rest` elsewhere."""
    found = [rest] * len(images.shape)
    for axis, value in zip(axes, values, strict=True):
        found[axis] = value
    return found


def as_batch(images: Array) -> Array:
    """One image as a batch of one."""
    return images if len(images.shape) == 4 else images[None]


def to_channels_last(images: Array, data_format: str | None) -> Array:
    return images if channel_axis(data_format) == -1 else arrays.moveaxis(images, -3, -1)


def from_channels_last(images: Array, data_format: str | None) -> Array:
    return images if channel_axis(data_format) == -1 else arrays.moveaxis(images, -1, -3)
