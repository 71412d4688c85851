"""What was read of files, kept for the next pass over them as long as there is memory."""

from __future__ import annotations

import multiprocessing
import os
import threading
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from hornbeam.data import memory

_STEP = 2**26  # bytes after which the system is asked again how much memory is free


class _Room:
    """The memory for everything that is kept in this process."""

    def __init__(self) -> None:
        self.used = self.limit = 0
        self._lock = threading.Lock()

    def take(self, size: int) -> bool:
        """Whether there is room for so many bytes more, which are then taken."""
        with self._lock:
            if self.used + size > self.limit:
                most = min(self.used // 4 + memory.budget(), memory.DEVICE_BYTES)  # what is used is not free any more
                self.limit = min(self.used + max(size, _STEP), most)
            fits = self.used + size <= self.limit
            self.used += size if fits else 0
            return fits

    def give_back(self, sizes: list[int]) -> None:
        """So many bytes are free again."""
        with self._lock:
            self.used -= sum(sizes)


_room = _Room()


class Kept:
    """Arrays by the paths of their files. A file is read once; again when it has changed, or when memory is short.

    All that is kept in a process takes no more than `memory.budget` allows. Worker processes keep nothing.

    Args:
        read: makes an array of the file at a path.
    """

    def __init__(self, read: Callable[[str], np.ndarray]):
        self.read = read
        self._arrays: dict[str, tuple[Any, np.ndarray]] = {}
        self._sizes: list[int] = []
        weakref.finalize(self, _room.give_back, self._sizes)

    def __getstate__(self) -> dict[str, Any]:
        return {"read": self.read}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]

    def __call__(self, path: str) -> np.ndarray:
        """The array, not to be written to."""
        found = self.get(path)
        return self._read(path) if found is None else found

    def get(self, path: str) -> np.ndarray | None:
        """The array if it need not be read."""
        found = self._arrays.get(path)
        return found[1] if found is not None and found[0] == _stamp(path) else None

    def _read(self, path: str) -> np.ndarray:
        stamp, array = _stamp(path), self.read(path)
        before = self._arrays.pop(path, None)
        size = array.nbytes if before is None else max(array.nbytes - before[1].nbytes, 0)
        if multiprocessing.parent_process() is None and _room.take(size):
            self._sizes.append(size)
            self._arrays[path] = stamp, array
        return array


def _stamp(path: str) -> tuple[int, int]:
    """What differs once a file has been written to."""
    found = os.stat(path)
    return found.st_mtime_ns, found.st_size
