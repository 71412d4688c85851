"""The logits that probabilities came from: log softmax(x) is exact where log(softmax(x)) has underflowed.

`sigmoid` and `softmax` remember their argument beside their result (`core/tensor_metadata.py`), and a cross-entropy
that gets that very array computes with the logits; of another, it takes the logarithm of what it was given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from hornbeam.core.tensor_metadata import MetadataTable


class _Origin(NamedTuple):
    logits: Any
    axis: int | None


def _carried(fn: Callable[[Any], Any], origin: _Origin, keeps_axes: bool) -> _Origin | None:
    """What is done to probabilities, done to their logits; a softmax needs its axis kept."""
    return _Origin(fn(origin.logits), origin.axis) if keeps_axes or origin.axis is None else None


table: MetadataTable[_Origin] = MetadataTable(_carried)


def remember(probabilities: Any, logits: Any, axis: int | None = None) -> Any:
    """`probabilities`, known from now on as the softmax of `logits` along `axis`, or as their sigmoid (`None`)."""
    table.remember(probabilities, _Origin(logits, axis))
    return probabilities


def find(probabilities: Any, axis: int | None = None) -> Any:
    """The logits whose softmax along `axis`, counted from the front, or sigmoid (`None`) this is; else `None`."""
    origin = table.find(probabilities)
    return None if origin is None or origin.axis != axis else origin.logits
