"""`Width`: how many models threads train at once, where Python may be what they all wait for."""

from __future__ import annotations

import math
import time

# Seconds that a fit takes alone, up to which threads only get in each other's way (measured on two cores), where this
# share of them is Python's, which runs in one thread at a time.
_SHORT, _PYTHON = 0.02, 0.35
#: Seconds after which a fit that is trained alone gets company.
PATIENCE = 0.025


class Width:
    """One thread at first, and all of them unless fits are short.

    Args:
        most: how many threads there are.
        may_change: whether fewer may be used.

    Attributes:
        now: how many models are to be trained at once.
        is_settled: whether that stays so.
    """

    def __init__(self, most: int, may_change: bool = True):
        self.is_settled = not may_change or most == 1
        self.now = most if self.is_settled else 1
        self._most = most
        self._under_way = 0  # fits that began before the others ended
        self._compiled = -math.inf  # when something last was

    @property
    def is_one(self) -> bool:
        """Whether one model after the other is trained from now on."""
        return self.is_settled and self.now == 1

    def wait_no_longer(self) -> None:
        """Say that the fit that is trained alone has not ended for a while: it takes long, or compiles."""
        self.now = self._most

    def tell(self, seconds: float, busy: float, is_compiled: bool) -> None:
        """Say that a fit has ended.

        Args:
            seconds: how long it took.
            busy: for how many of them its thread computed itself.
            is_compiled: whether something was compiled for it.
        """
        now = time.perf_counter()
        if is_compiled:
            self._compiled = now
        elif self.is_settled or now - seconds <= self._compiled:  # it may have waited for what was compiled
            return
        elif self._under_way:
            self._under_way -= 1
        elif self.now == self._most and seconds <= self._most * _SHORT:  # what would it take alone?
            self.now, self._under_way = 1, self._most - 1
        else:
            self.now = 1 if seconds <= _SHORT and busy >= _PYTHON * seconds else self._most
            self.is_settled = True
