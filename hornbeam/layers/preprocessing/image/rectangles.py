"""A rectangle in each image, at a random place."""

from __future__ import annotations

from typing import Any

from hornbeam import engine, random
from hornbeam.ops.image.axes import channel_axis


def rectangles(sizes: tuple[int, int], shares: tuple[Any, Any], seed: Any) -> tuple[Any, Any]:
    """Which rows, and which columns, are in the rectangle of each image.

    A rectangle takes `shares` of the image's height and width, given for each image, and lies wherever it fits.
    """
    down, across = (_interval(n, share, seed) for n, share in zip(sizes, shares, strict=True))
    return down, across


def pixels(rectangles: tuple[Any, Any], data_format: str) -> Any:
    """Whether each pixel is in its image's rectangle; with an axis of size 1 for the channels."""
    down, across = rectangles
    inside = down[:, :, None] & across[:, None, :]
    return inside[..., None] if channel_axis(data_format) == -1 else inside[:, None]


def _interval(n: int, share: Any, seed: Any) -> Any:
    """Which of n pixels have their middle in an interval of `share` of them."""
    start = n * (1 - share) * random.uniform(tuple(share.shape), dtype="float32", seed=seed)
    place = engine.arange(0, n, 1, "float32")[None] + 0.5 - start[:, None]
    return (place >= 0) & (place < (n * share)[:, None])
