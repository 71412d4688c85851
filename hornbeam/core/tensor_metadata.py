"""What is known of a tensor beside its values: its mask, the logits that it came from.

It is remembered in a table, keyed by the identity of the tensor, since traced arrays take no attributes, and forgotten
with the tensor. Whatever is done to a tensor gives another one, of which nothing is known; `carry` is for what leaves a
tensor the same in meaning.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, Generic, TypeVar

Fact = TypeVar("Fact")
Function = Callable[[Any], Any]


class MetadataTable(Generic[Fact]):
    """One kind of fact about tensors.

    Args:
        carried: for `fn`, a fact and `keeps_axes` of `carry`, the fact about the result, or `None`.
    """

    def __init__(self, carried: Callable[[Function, Fact, bool], Fact | None]):
        self.carried = carried
        self._entries: dict[int, tuple[weakref.ref, Fact]] = {}
        _tables.append(self)

    def find(self, tensor: Any) -> Fact | None:
        """What is known of `tensor`, or `None`."""
        entry = self._entries.get(id(tensor))
        return entry[1] if entry is not None and entry[0]() is tensor else None

    def remember(self, tensor: Any, fact: Fact | None) -> None:
        """Know `fact` of `tensor` from now on; nothing, with `None`."""
        key = id(tensor)
        forget = self._entries.pop  # bound: at the end of the process names are gone before the last tensors are
        if fact is None:
            forget(key, None)
        else:
            self._entries[key] = weakref.ref(tensor, lambda _: forget(key, None)), fact

    def __len__(self) -> int:
        return len(self._entries)


_tables: list[MetadataTable[Any]] = []


def carry(fn: Function, tensor: Any, keeps_axes: bool = True) -> Any:
    """`fn(tensor)`, a cast, or a reshape that adds or drops an axis of size 1 at the end, with what is known of it.

    Args:
        fn: what is done.
        tensor: to what.
        keeps_axes: whether the axes stay what they are.
    """
    result = fn(tensor)
    if result is not tensor:
        for table in _tables:
            fact = table.find(tensor)
            if fact is not None:
                table.remember(result, table.carried(fn, fact, keeps_axes))
    return result
