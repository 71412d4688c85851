"""Masks that belong to tensors: which time steps count.

A mask is a boolean array of shape (batch, time), true where a step is real. It is remembered beside its tensor, not on
it (traced arrays take no attributes), and forgotten with it.
"""

from __future__ import annotations

import weakref
from typing import Any

_masks: dict[int, tuple[weakref.ref, Any]] = {}


def get_mask(tensor: Any) -> Any:
    """The mask of `tensor`, or `None`."""
    entry = _masks.get(id(tensor))
    return entry[1] if entry is not None and entry[0]() is tensor else None


def set_mask(tensor: Any, mask: Any) -> None:
    """Give `tensor` a mask, or take it away with `None`."""
    key = id(tensor)
    if mask is None:
        _masks.pop(key, None)
        return
    forget = _masks.pop  # bound: at the end of the process names of modules are gone before the last tensors are
    _masks[key] = (weakref.ref(tensor, lambda _: forget(key, None)), mask)
