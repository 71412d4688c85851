"""How often values occur in parts of images."""

from __future__ import annotations

from typing import Any

from hornbeam import engine


def levels(images: Any, value_range: tuple[float, float], bins: int) -> Any:
    """Pixels as integers from 0 to bins - 1, rounded down."""
    low, high = value_range
    scaled = engine.floor((images - low) * ((bins - 1) / (high - low)))
    return engine.cast(engine.minimum(engine.maximum(scaled, 0), bins - 1), "int32")


def counts(rows: Any, bins: int) -> Any:
    """How often each level occurs in each row of levels; of shape (rows, bins), int32."""
    nothing = rows * 0
    row = nothing + engine.arange(0, rows.shape[0], 1, "int32")[:, None]
    places = engine.concatenate([engine.reshape(x, (-1, 1)) for x in (row, rows)], 1)
    start = engine.broadcast_to(engine.sum(nothing, 1, True), (rows.shape[0], bins))
    return engine.scatter_add(start, places, engine.reshape(nothing + 1, (-1,)))
