"""Keras 2's `utils.data_utils`: what its worker processes are handed, and give by number or one after the other."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

_held: dict[Any, Any] = {}  # of this process


def init_pool(seqs: Mapping[Any, Sequence[Any]]) -> None:
    """Hand a process what `get_index` gives batches of."""
    _held.clear()
    _held.update(seqs)


def get_index(uid: Any, i: int) -> Any:
    """A batch, by its number, of the sequence that was handed to this process as `uid`."""
    return _held[uid][i]


def init_pool_generator(gens: Mapping[Any, Iterator[Any]], random_seed: int | None = None) -> None:
    """Hand a process what `next_sample` gives batches of; its random numbers are its own, made from the seed."""
    init_pool(gens)  # type: ignore[arg-type]
    if random_seed is not None:
        np.random.seed((random_seed + os.getpid()) % 2**32)


def next_sample(uid: Any) -> Any:
    """The next batch of the generator that was handed to this process as `uid`."""
    return next(_held[uid])
