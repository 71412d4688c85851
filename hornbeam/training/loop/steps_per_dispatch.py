"""How many steps to send to the device at once."""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterator
from typing import Any


class StepsPerDispatch:
    """Cuts an epoch into ranges that last about as long as whoever watches can wait.

    Args:
        known: where how long a step takes is remembered, under a key of its own.
        kind: what the time of a step depends on.
        seconds: that a range may last.
        exactly: the size of all ranges, if somebody asked for one.
    """

    def __init__(self, known: dict[Any, Any], kind: Hashable, seconds: float, exactly: int | None = None):
        self.known = known
        self.key = ("seconds per step", kind)
        self.seconds = seconds
        self.exactly = exactly

    def ranges(self, steps: int, first: int = 0) -> Iterator[tuple[int, int]]:
        """Ranges that cover `steps` from `first` on; the body of the loop must wait for each, unless there is one."""
        start, is_timed = first, self.key in self.known
        size = self._size()
        while start < steps:
            stop = min(start + size, steps)
            began = time.perf_counter()
            yield start, stop
            if is_timed and stop - start < steps:
                self._learn((time.perf_counter() - began) / (stop - start))
            is_timed = True  # the first range also compiles
            is_known = self.exactly is not None or self.key in self.known
            size = self._size() if is_known else min(2 * size, 64)
            start = stop

    def epochs(self, steps: int, done: int) -> int:
        """How many epochs of so many steps to send at once; no more than there were while no time is known."""
        return self._size() // steps if self.key in self.known else done + 1

    def took(self, seconds: float, steps: int) -> None:
        """Say how long a dispatch has taken for which nothing was compiled."""
        self._learn(seconds / steps)

    def _size(self) -> int:
        known = self.known.get(self.key)
        if self.exactly is not None:
            return self.exactly
        return 1 if known is None else max(1, int(self.seconds / max(known, 1e-7)))

    def _learn(self, seconds: float) -> None:
        known = self.known.get(self.key)
        self.known[self.key] = seconds if known is None else 0.5 * (known + seconds)
