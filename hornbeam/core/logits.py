"""The logits that probabilities came from: log softmax(x) is exact where log(softmax(x)) has underflowed.

`sigmoid` and `softmax` remember their argument beside their result, in a table keyed by identity that forgets with it,
and a cross-entropy that gets that very array computes with the logits. Whatever happens to probabilities in between
makes another array, of which nothing is known: then the cross-entropy takes the logarithm of what it was given.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, NamedTuple


class _Entry(NamedTuple):
    probabilities: weakref.ref
    logits: Any
    axis: int | None


_entries: dict[int, _Entry] = {}


def remember(probabilities: Any, logits: Any, axis: int | None = None) -> Any:
    """`probabilities`, known from now on as the softmax of `logits` along `axis`, or as their sigmoid (`None`)."""
    key = id(probabilities)
    forget = _entries.pop  # bound: at the end of the process names of modules are gone before the last arrays are
    _entries[key] = _Entry(weakref.ref(probabilities, lambda _: forget(key, None)), logits, axis)
    return probabilities


def find(probabilities: Any, axis: int | None = None) -> Any:
    """The logits whose softmax along `axis`, counted from the front, or sigmoid (`None`) this is; else `None`."""
    entry = _entries.get(id(probabilities))
    if entry is None or entry.axis != axis or entry.probabilities() is not probabilities:
        return None
    return entry.logits


def carry(fn: Callable[[Any], Any], probabilities: Any, keeps_axes: bool = True) -> Any:
    """`fn(probabilities)`, a cast or a reshape, with the logits treated alike; a softmax needs its axis kept."""
    result = fn(probabilities)
    entry = _entries.get(id(probabilities))
    known = entry is not None and entry.probabilities() is probabilities and (keeps_axes or entry.axis is None)
    return remember(result, fn(entry.logits), entry.axis) if entry is not None and known else result
