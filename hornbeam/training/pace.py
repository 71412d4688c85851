"""How many steps to send to the device at once."""

from __future__ import annotations

import time
from collections.abc import Iterator

from hornbeam.training.programs import Program


class Pace:
    """Cuts an epoch into ranges that last about as long as whoever watches can wait.

    Args:
        program: remembers how long its steps take.
        seconds: that a range may last.
        most: the largest range, if there is one.
    """

    def __init__(self, program: Program, seconds: float, most: int | None = None):
        self.program = program
        self.seconds = seconds
        self.most = most

    def ranges(self, steps: int) -> Iterator[tuple[int, int]]:
        """Ranges that cover `steps`; the body of the loop must wait for each to be done."""
        start, is_timed = 0, self.program.seconds_per_step is not None
        size = self._size()
        while start < steps:
            stop = min(start + size, steps)
            began = time.perf_counter()
            yield start, stop
            if is_timed:
                self._learn((time.perf_counter() - began) / (stop - start))
            is_timed = True  # the first range also compiles
            size = self._size() if self.program.seconds_per_step is not None else min(2 * size, 64)
            start = stop

    def _size(self) -> int:
        known = self.program.seconds_per_step
        size = 1 if known is None else max(1, int(self.seconds / max(known, 1e-7)))
        return min(size, self.most) if self.most else size

    def _learn(self, seconds: float) -> None:
        known = self.program.seconds_per_step
        self.program.seconds_per_step = seconds if known is None else 0.5 * (known + seconds)
