"""Threads that read files and change images, one pool for all."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from hornbeam.data.pipeline import reading_threads

T = TypeVar("T")


def in_threads(function: Callable[..., T], *args: Any) -> Future[T]:
    """What a function gives, soon."""
    return _pool(os.getpid()).submit(function, *args)


def threads() -> int:
    """How many work at once."""
    return reading_threads()


@functools.lru_cache(maxsize=1)
def _pool(process: int) -> ThreadPoolExecutor:
    """Threads do not live on in a forked process: it gets its own."""
    return ThreadPoolExecutor(reading_threads(), "hornbeam-images")


class Ahead:
    """Items by number, of which those that come next are read before somebody asks."""

    def __init__(self, read: Callable[[int], Any]):
        self.read = read
        self._coming: dict[int, Future[Any]] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {"read": self.read, "_coming": {}}

    def take(self, numbers: Sequence[int], afterwards: Sequence[int] = ()) -> list[Any]:
        """The items with these numbers; those with the numbers `afterwards` are begun."""
        coming, self._coming = self._coming, {}
        now = [coming.pop(i) if i in coming else in_threads(self.read, i) for i in numbers]
        for unwanted in coming.values():
            unwanted.cancel()
        self._coming = {i: in_threads(self.read, i) for i in afterwards}
        return [future.result() for future in now]
