"""`LentMemory`: what arrays are read into, one behind the other, while the engine still copies the last ones."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import engine

_SHARE = 8  # two of the largest arrays have room where that is an eighth of all, and one in any case
_ALIGNMENT = 64


class LentMemory:
    """One piece of memory for arrays of these sizes in bytes, of which each may be as large as the largest."""

    def __init__(self, sizes: Sequence[int]):
        largest = max(sizes, default=0) + _ALIGNMENT
        self.memory = np.empty(max(largest, min(2 * largest, sum(sizes) // _SHARE)), "uint8")
        self.begin = self.end = 0  # of the last piece that was taken
        self.lent: deque[tuple[int, int, Any]] = deque()  # pieces, and what the engine copies from there

    def take(self, size: int) -> np.ndarray:
        """A piece of it that nobody reads any more."""
        at = self.end + -self.end % _ALIGNMENT
        self.begin = at if at + size <= len(self.memory) else 0
        self.end = self.begin + size
        while any(begin < self.end and self.begin < end for begin, end, _ in self.lent):
            engine.synchronize(self.lent.popleft()[2])
        return self.memory[self.begin : self.end]

    def lend(self, array: Any) -> None:
        """The last piece stays as it is until `array`, which the engine makes of it, is there."""
        self.lent.append((self.begin, self.end, array))
