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
        exactly: the size of all ranges, if somebody asked for one.
    """

    def __init__(self, program: Program, seconds: float, exactly: int | None = None):
        self.program = program
        self.seconds = seconds
        self.exactly = exactly

    def ranges(self, steps: int) -> Iterator[tuple[int, int]]:
        """Ranges that cover `steps`; the body of the loop must wait for each to be done, unless there is only one."""
        start, is_timed = 0, self.program.seconds_per_step is not None
        size = self._size()
        while start < steps:
            stop = min(start + size, steps)
            began = time.perf_counter()
            yield start, stop
            if is_timed and stop - start < steps:
                self._learn((time.perf_counter() - began) / (stop - start))
            is_timed = True  # the first range also compiles
            is_known = self.exactly is not None or self.program.seconds_per_step is not None
            size = self._size() if is_known else min(2 * size, 64)
            start = stop

    def _size(self) -> int:
        known = self.program.seconds_per_step
        if self.exactly is not None:
            return self.exactly
        return 1 if known is None else max(1, int(self.seconds / max(known, 1e-7)))

    def _learn(self, seconds: float) -> None:
        known = self.program.seconds_per_step
        self.program.seconds_per_step = seconds if known is None else 0.5 * (known + seconds)
