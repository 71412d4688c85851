"""Threads that read files and change images, a pool for each of the two."""

from __future__ import annotations

import functools
import itertools
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from hornbeam.data.pipeline import reading_threads

T = TypeVar("T")
_WORTH_A_THREAD = 50_000  # numbers


def in_threads(function: Callable[..., T], *args: Any) -> Future[T]:
    """What a function gives that reads a file, soon."""
    return _pool(os.getpid(), "reading").submit(function, *args)


def in_parts(work: Callable[[slice], Any], count: int, size: int) -> None:
    """Work on all of `count` images, by several threads where that is worth it.

    Args:
        work: gets the images' numbers, as a slice.
        size: how many numbers all of them have.
    """
    parts = min(count, max(1, size // _WORTH_A_THREAD))
    parts = min(reading_threads(), parts) if parts > 1 else parts
    edges = [count * k // parts for k in range(parts + 1)] if parts else [0]
    first, *others = [slice(*edge) for edge in itertools.pairwise(edges)] or [slice(0, 0)]
    waiting = [_pool(os.getpid(), "changing").submit(work, part) for part in others]
    work(first)
    for future in waiting:
        future.result()


@functools.lru_cache(maxsize=2)
def _pool(process: int, task: str) -> ThreadPoolExecutor:
    """Threads do not live on in a forked process: it gets its own. What changes images waits for what reads them."""
    return ThreadPoolExecutor(reading_threads(), f"hornbeam-images-{task}")


class Ahead:
    """Items by number, of which those that come next are read before somebody asks.

    Args:
        read: reads an item.
        known: gives an item that need not be read, or `None`.
    """

    def __init__(self, read: Callable[[int], Any], known: Callable[[int], Any] = lambda number: None):
        self.read, self.known = read, known
        self._coming: dict[int, Future[Any]] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {"read": self.read, "known": self.known, "_coming": {}}

    def take(self, numbers: Sequence[int], afterwards: Sequence[int] = ()) -> list[Any]:
        """The items with these numbers, or futures of them; those with the numbers `afterwards` are begun."""
        coming, self._coming = self._coming, {}
        now = [coming.pop(i) if i in coming else self._begun(i) for i in numbers]
        for unwanted in coming.values():
            unwanted.cancel()
        begun = {i: self._begun(i) for i in afterwards}
        self._coming = {i: item for i, item in begun.items() if isinstance(item, Future)}
        return now

    def _begun(self, number: int) -> Any:
        item = self.known(number)
        return in_threads(self.read, number) if item is None else item
