"""Memory for batches, used again for the next one as soon as nobody holds the last one that was in it.

The system clears fresh memory page by page, which takes longer than to write a batch of images into it.
"""

from __future__ import annotations

import collections
import math
from typing import Any

import numpy as np

_LEAST, _MOST = 2**20, 2**27  # bytes of a batch that is worth it, and of all that wait for another
_waiting: collections.deque[np.ndarray] = collections.deque()  # what threads do to it takes no lock


class _Loan:
    """What an array and all its views hold: with the last of them it goes, and the memory is free for another."""

    def __init__(self, memory: np.ndarray):
        self._memory = memory
        self.__array_interface__ = memory.__array_interface__

    def __del__(self, waiting: collections.deque[np.ndarray] = _waiting, most: int = _MOST) -> None:
        if sum(memory.nbytes for memory in tuple(waiting)) + self._memory.nbytes <= most:
            waiting.append(self._memory)


def empty(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """As `np.empty`."""
    dtype = np.dtype(dtype)
    size = math.prod(shape) * dtype.itemsize
    if not _LEAST <= size <= _MOST or dtype.hasobject:
        return np.empty(shape, dtype)
    return np.asarray(_Loan(_memory(size))).view(dtype).reshape(shape)


def _memory(size: int) -> np.ndarray:
    for _ in range(len(_waiting)):
        try:
            memory = _waiting.popleft()
        except IndexError:  # another thread was faster
            break
        if memory.nbytes == size:
            return memory
        _waiting.append(memory)
    return np.empty(size, np.uint8)
