"""`Width`: how many models threads train at once, where Python may be what they all wait for."""

from __future__ import annotations

import time

# The share of the time in which threads compute themselves, from which on it is worth a look: Python runs in one
# thread at a time, the engine's own threads beside it.
_BUSY = 0.7


class Width:
    """All threads at first; where they are busy, some models are trained alone, and what takes less time goes on.

    Args:
        most: how many threads there are.
        may_change: whether fewer may be used.

    Attributes:
        now: how many models are to be trained at once.
    """

    def __init__(self, most: int, may_change: bool = True):
        self.now = self._most = most
        self._is_settled = not may_change or most == 1
        self._at_once: float | None = None  # seconds for each model, of all threads
        self._under_way = 0  # fits that began before the number changed
        self._began: float | None = None  # since when fits are counted
        self._count, self._busy = 0, 0.0

    def tell(self, busy: float, is_compiled: bool) -> None:
        """Say that a fit has ended.

        Args:
            busy: seconds in which its thread computed.
            is_compiled: whether something was compiled for it.
        """
        if self._is_settled:
            return
        now = time.perf_counter()
        if self._under_way:
            self._under_way -= 1
        elif is_compiled:  # others may have waited for it, too
            self._began = None
            return
        elif self._began is not None:
            self._count, self._busy = self._count + 1, self._busy + busy
            self._judge(now - self._began)
        if self._began is None and not self._under_way:
            self._began, self._count, self._busy = now, 0, 0.0

    def _judge(self, seconds: float) -> None:
        if self._at_once is None and self._count == 2 * self._most:
            self._at_once, self._is_settled = seconds / self._count, self._busy < _BUSY * seconds
            if not self._is_settled:
                self.now, self._under_way, self._began = 1, self._most - 1, None
        elif self._at_once is not None and self._count == self._most:
            self.now = 1 if seconds / self._count < self._at_once else self._most
            self._is_settled = True
