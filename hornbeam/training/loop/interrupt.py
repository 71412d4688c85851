"""Ctrl-C during training: the running step finishes first."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any


class Interrupt:
    """While entered, the first Ctrl-C is only noted, and `check` raises it between steps; a second one raises at once.

    While data is awaited, the first one raises at once, too.

    In a thread, or where the program handles the signal itself, nothing changes.
    """

    def __init__(self) -> None:
        self._is_asked = False
        self._is_waiting = False
        self._previous: Any = None

    def __enter__(self) -> Interrupt:
        if (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        ):
            self._previous = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)
        if self._is_asked and error is None:
            raise KeyboardInterrupt

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self._is_asked or self._is_waiting:
            raise KeyboardInterrupt
        self._is_asked = True

    def waiting_for(self, items: Iterator[Any]) -> Iterator[Any]:
        """`items`; while the next one is made no step is running, and the first Ctrl-C is raised at once."""
        while True:
            self.check()
            self._is_waiting = True
            try:
                item = next(items)
            except StopIteration:
                return
            finally:
                self._is_waiting = False
            yield item

    def check(self) -> None:
        """Raise a noted Ctrl-C."""
        if self._is_asked:
            self._is_asked = False
            raise KeyboardInterrupt
