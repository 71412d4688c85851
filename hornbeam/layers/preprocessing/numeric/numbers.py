"""Batches of numbers for `adapt`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.preprocessing.adapt_data import batches_of


def batches_of_numbers(
    layer: Layer, data: Any, steps: int | None = None, targets: bool = False
) -> Iterator[np.ndarray]:
    """Batches of an array, a list, a column, a data set or a generator; `targets` are left out."""
    where = f"layer `{layer.name}` ({type(layer).__name__})"
    for batch in batches_of(data, None, steps, where, targets):
        yield as_numbers(batch, where)


def as_numbers(batch: Any, where: str) -> np.ndarray:
    """A batch as a NumPy array, if it consists of numbers."""
    array = engine.to_numpy(batch) if engine.is_tensor(batch) else np.asarray(batch)
    if array.dtype.kind not in "biufV":  # V: bfloat16
        raise TypeError(f"`adapt` of {where} takes numbers. Received: {type(batch).__name__} of dtype {array.dtype}.")
    return array
