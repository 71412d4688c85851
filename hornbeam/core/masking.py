"""Masks that belong to tensors: which time steps count.

A mask is a boolean array of shape (batch, time), true where a step is real; it lies along the leading axes of its
tensor, so that a cast, or another axis at the end, leaves it as it is.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hornbeam.core.tensor_metadata import MetadataTable


class _Masks(MetadataTable[Any]):
    """The masks; a user may give one, and see one, as `_keras_mask`, where an array takes attributes."""

    def find(self, tensor: Any) -> Any:
        mask = super().find(tensor)
        return getattr(tensor, "_keras_mask", None) if mask is None else mask

    def remember(self, tensor: Any, fact: Any) -> None:
        super().remember(tensor, fact)
        if fact is not None or hasattr(tensor, "_keras_mask"):
            with suppress(AttributeError):
                tensor._keras_mask = fact


_table = _Masks(carried=lambda fn, mask, keeps_axes: mask)

get_mask = _table.find
set_mask = _table.remember
