"""Masks that belong to tensors: which time steps count.

A mask is a boolean array of shape (batch, time), true where a step is real; it lies along the leading axes of its
tensor, so that a cast, or another axis at the end, leaves it as it is.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hornbeam.core.tensor_metadata import MetadataTable

_table: MetadataTable[Any] = MetadataTable(carried=lambda fn, mask, keeps_axes: mask)


def get_mask(tensor: Any) -> Any:
    """The mask of a tensor, or `None`; it may be one that a user has given it as `_keras_mask`."""
    mask = _table.find(tensor)
    return getattr(tensor, "_keras_mask", None) if mask is None else mask


def set_mask(tensor: Any, mask: Any) -> None:
    """Let `tensor` have `mask`; where an array takes attributes, it is shown as `_keras_mask`, as Keras's guides do."""
    _table.remember(tensor, mask)
    with suppress(AttributeError):
        tensor._keras_mask = mask
