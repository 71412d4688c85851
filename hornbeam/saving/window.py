"""`Window`: what begins somewhere in a file, as a file of its own."""

from __future__ import annotations

import os
from typing import Any


class Window:
    """Reads, and writes, at any place from `start` on.

    It is for HDF5, which calls on after a call has failed, and which Python forbids then: so what the system refuses is
    kept, and raised by `check`.

    Args:
        file: open, in binary.
        start: the byte of it that is the first here.
        limit: how many bytes there are; `None` for all to the end, which writing moves.
    """

    def __init__(self, file: Any, start: int, limit: int | None = None):
        self.file, self.start, self.limit = file, start, limit
        self.at = 0
        self.failure: OSError | None = None

    def check(self) -> None:
        """Raise what has failed."""
        if self.failure is not None:
            raise self.failure

    def _tried(self, call: Any, otherwise: int, *args: Any) -> int:
        try:
            return int(call(*args))
        except OSError as error:
            self.failure = error
            return otherwise

    def size(self) -> int:
        """How many bytes there are."""
        if self.limit is not None:
            return self.limit
        return self._tried(self.file.seek, self.start, 0, os.SEEK_END) - self.start

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self.at, os.SEEK_END: self.size() if whence == os.SEEK_END else 0}
        self.at = base[whence] + offset
        return self.at

    def tell(self) -> int:
        return self.at

    def read(self, size: int = -1) -> bytes:
        left = self.size() - self.at
        if left <= 0:  # an address in a damaged file may be one that no file has
            return b""
        self.file.seek(self.start + self.at)
        found: bytes = self.file.read(left if size < 0 else min(size, left))
        self.at += len(found)
        return found

    def readinto(self, buffer: Any) -> int:
        left = self.size() - self.at
        if left <= 0:
            return 0
        view = memoryview(buffer).cast("B")[:left]
        count = self._tried(lambda: (self.file.seek(self.start + self.at), self.file.readinto(view))[1], 0)
        self.at += count
        return count

    def write(self, data: Any) -> int:
        self._tried(lambda: (self.file.seek(self.start + self.at), self.file.write(data))[1], 0)
        self.at += len(data)
        return len(data)

    def truncate(self, size: int | None = None) -> int:
        end = self.at if size is None else size
        self._tried(self.file.truncate, 0, self.start + end)
        return end

    def flush(self) -> None:
        self._tried(lambda: self.file.flush() or 0, 0)

    def close(self) -> None:
        """The file itself stays open."""
