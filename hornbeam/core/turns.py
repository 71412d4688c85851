"""Turns: of threads that train at once, one is busy in Python, and gives way while it waits for the device.

CPython itself changes threads wherever one lets go of its lock for a moment, some fifty times in a short fit. Each
change costs the time until a sleeping thread is awake, and the caches go to another: threads that train small models
in one interpreter gain little then (`benchmarks/questions/search.py`).

A turn is a courtesy, nothing relies on it: who has waited for `PATIENCE` goes on without.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager

from hornbeam.core.running import running, under

PATIENCE = 0.05
_NOBODY: AbstractContextManager[None] = contextlib.nullcontext()


class Turns:
    """What some threads share: who is busy."""

    def __init__(self) -> None:
        self._busy = threading.Lock()

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """Inside, it is this thread's turn, but where it is `waiting`."""
        turn = _Turn(self._busy)
        turn.take()
        try:
            with under(turn=turn):
                yield
        finally:
            turn.leave()


class _Turn:
    """One thread's; entered, it is somebody else's."""

    def __init__(self, busy: threading.Lock):
        self._busy, self._has = busy, False

    def take(self) -> None:
        self._has = self._busy.acquire(timeout=PATIENCE)

    def leave(self) -> None:
        if self._has:
            self._has = False
            self._busy.release()

    def __enter__(self) -> None:
        self.leave()

    def __exit__(self, *_: object) -> None:
        self.take()


def waiting() -> AbstractContextManager[None]:
    """Around what waits for the device, or for anything else that needs no Python."""
    return running.turn or _NOBODY
