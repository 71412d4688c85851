"""Masks that belong to tensors: which time steps count.

A mask is a boolean array of shape (batch, time), true where a step is real; it lies along the leading axes of its
tensor, so that a cast, or another axis at the end, leaves it as it is.
"""

from __future__ import annotations

from typing import Any

from hornbeam.core.tensor_metadata import MetadataTable

_table: MetadataTable[Any] = MetadataTable(carried=lambda fn, mask, keeps_axes: mask)

get_mask = _table.find
set_mask = _table.remember
