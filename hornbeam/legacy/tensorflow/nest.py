"""`tf.nest`."""

from __future__ import annotations

from typing import Any

from hornbeam.tree import assert_same_structure, flatten, map_structure, pack_sequence_as

__all__ = ["assert_same_structure", "flatten", "is_nested", "map_structure", "pack_sequence_as"]


def is_nested(structure: Any) -> bool:
    """Whether it holds others."""
    return isinstance(structure, list | tuple | dict)
