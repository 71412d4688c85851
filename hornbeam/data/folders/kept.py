"""What was read of files, kept for the next pass over them as long as there is memory."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import threading
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from hornbeam.data import lent, memory

_STEP = 2**26  # bytes after which the system is asked again how much memory is free
_PIECE, _ALIGNED = 2**24, 64  # bytes of memory that is taken at once, and between the beginnings of arrays


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
        read: makes an array of the file at a path; with a second argument in that place, for `fill`.
    """

    def __init__(self, read: Callable[..., np.ndarray]):
        self.read = read
        self._arrays: dict[str, tuple[Any, np.ndarray]] = {}
        self._sizes: list[int] = []
        self._free, self._lock = np.empty(0, np.uint8), threading.Lock()
        weakref.finalize(self, _room.give_back, self._sizes)

    def __getstate__(self) -> dict[str, Any]:
        return {"read": self.read}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]

    def __call__(self, path: str) -> np.ndarray:
        """The array, not to be written to."""
        (found,) = self.several([path])
        if isinstance(found, Exception):
            raise found
        return found

    def get(self, path: str) -> np.ndarray | None:
        """The array if it need not be read."""
        found = self._arrays.get(path)
        return found[1] if found is not None and found[0] == _stamp(path) else None

    def several(self, paths: Sequence[str]) -> list[np.ndarray | Exception]:
        """The arrays of several files, or the error that one of them raised, of which the others need not know."""
        found: list[Any] = [self.get(path) for path in paths]
        new = []
        for i, path in enumerate(paths):
            if found[i] is None:
                try:
                    new.append((i, path, _stamp(path), self.read(path)))
                except Exception as error:
                    found[i] = error
        for (i, *_), array in zip(new, self._keep([one[1:] for one in new]), strict=True):
            found[i] = array
        return found

    def fill(self, paths: Sequence[str], rows: np.ndarray) -> None:
        """Write the arrays of several files to their places."""
        new = []
        for path, row in zip(paths, rows, strict=True):
            found = self.get(path)
            if found is None:
                new.append((path, _stamp(path), row))
                self.read(path, row)
            else:
                row[...] = found
        self._keep(new)

    def _keep(self, new: list[tuple[str, Any, np.ndarray]]) -> list[np.ndarray]:
        """Copies that are kept, made at once; the arrays themselves if there is no room for them."""
        arrays = [np.ascontiguousarray(array) for *_, array in new]
        ends = list(itertools.accumulate(array.nbytes for array in arrays))
        if not new or multiprocessing.parent_process() is not None or not _room.take(ends[-1]):
            return arrays
        memory = self._memory(ends[-1])
        np.concatenate([array.reshape(-1).view(np.uint8) for array in arrays], out=memory)
        self._sizes.append(len(memory))
        copies = [
            memory[end - array.nbytes : end].view(array.dtype).reshape(array.shape)
            for end, array in zip(ends, arrays, strict=True)
        ]
        for (path, stamp, _), copy in zip(new, copies, strict=True):
            before = self._arrays.get(path)
            self._arrays[path] = stamp, copy
            if before is not None:
                self._sizes.append(-before[1].nbytes)
                _room.give_back([before[1].nbytes])
        return copies

    def _memory(self, size: int) -> np.ndarray:
        """So many bytes. Arrays lie side by side in large pieces, sooner given by the system than small ones."""
        if size > _PIECE // 4:
            return lent.empty((size,), np.uint8)
        with self._lock:
            if size > len(self._free):
                self._free = lent.empty((_PIECE,), np.uint8)
            memory, self._free = self._free[:size], self._free[-(-size // _ALIGNED) * _ALIGNED :]
            return memory


def _stamp(path: str) -> tuple[int, int]:
    """What differs once a file has been written to."""
    found = os.stat(path)
    return found.st_mtime_ns, found.st_size
