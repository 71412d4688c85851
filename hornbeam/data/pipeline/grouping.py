"""Batches of elements that belong together: of one key, or of similar length."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np


def groups(
    items: Iterable[Any], key_of: Callable[[Any], Any], size_of: Callable[[Any], int]
) -> Iterator[tuple[Any, list[Any]]]:
    """Keys with as many elements of that key as `size_of` says; what is left at the end, by the order of its keys.

    Args:
        items: elements.
        key_of: a key, or an array of no axes.
        size_of: how many of a key make a group.
    """
    waiting: dict[Any, list[Any]] = {}
    for item in items:
        key = np.asarray(key_of(item)).item()
        group = waiting.setdefault(key, [])
        group.append(item)
        if len(group) >= size_of(key):
            yield key, waiting.pop(key)
    yield from sorted(waiting.items(), key=lambda pair: pair[0])


def bucket_of(boundaries: Sequence[int]) -> Callable[[Any], int]:
    """Which bucket a length is in: the first holds those below the first boundary."""
    return lambda length: bisect.bisect_right(list(boundaries), int(np.asarray(length)))
