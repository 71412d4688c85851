"""Threads that read files and change images, a pool for each of the two."""

from __future__ import annotations

import functools
import itertools
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar

from hornbeam.data.folders.kept import Kept
from hornbeam.data.pipeline import reading_threads

T = TypeVar("T")
_WORTH_A_THREAD = 50_000  # numbers
_PIECE = 8  # files at most that a thread reads before it takes others: handing over costs as much as a small image


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


class Coming(NamedTuple):
    """A file that is being read, one of several by one thread."""

    several: Future[list[Any]]
    place: int

    def result(self) -> Any:
        """What is made of it."""
        item = self.several.result()[self.place]
        if isinstance(item, Exception):
            raise item
        return item


class Ahead:
    """What is made of files, of which those that come next are read before somebody asks."""

    def __init__(self, kept: Kept):
        self.kept = kept
        self._coming: dict[str, Coming] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {"kept": self.kept, "_coming": {}}

    def take(self, paths: Sequence[str], afterwards: Sequence[str] = ()) -> list[Any]:
        """What is made of these files, or what it is `Coming` as; the files `afterwards` are begun."""
        coming, self._coming = self._coming, {}
        unwanted = {item.several for item in coming.values()} - {
            coming[path].several for path in paths if path in coming
        }
        for several in unwanted:
            several.cancel()
        now = {path: coming[path] if path in coming else self.kept.get(path) for path in paths}
        now |= self._begun([path for path in now if now[path] is None])
        self._coming = self._begun([path for path in afterwards if self.kept.get(path) is None])
        return [now[path] for path in paths]

    def _begun(self, paths: list[str]) -> dict[str, Coming]:
        size = min(max(len(paths) // reading_threads(), 1), _PIECE)
        parts = [paths[i : i + size] for i in range(0, len(paths), size)]
        begun = [(part, in_threads(self.kept.several, part)) for part in parts]
        return {path: Coming(several, place) for part, several in begun for place, path in enumerate(part)}
