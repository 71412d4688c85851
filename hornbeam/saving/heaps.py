"""`WatchedHeaps`: a file for HDF5 to read, whose reader loops for ever over a global heap with an object of no size.

Texts of variable length lie in such heaps: `GCOL`, a version, three zeros and the size of the whole, then objects, one
after the other: an index, a count, four zeros, a size, and so many bytes, in eights. Of the object with the index 0,
which is what is free, the size counts all of it. HDF5 asks the file for a heap by its first byte, so whatever is read
that begins as one is looked at here.

Source: HDF5 File Format Specification, III.E, Global Heap.
"""

from __future__ import annotations

import os
import struct
from typing import Any

_SIGNATURE = b"GCOL\x01"
_HEADER = 16  # bytes
_OBJECT = struct.Struct("<H6xQ")


class WatchedHeaps:
    """A file that gives zeros for a heap which cannot be walked to its end: HDF5 has an error for those.

    Args:
        file: open, in binary.
    """

    def __init__(self, file: Any):
        self.file = file
        self.endless: int | None = None  # where such a heap begins
        self.seek, self.tell, self.read, self.flush = file.seek, file.tell, file.read, file.flush

    def readinto(self, buffer: Any) -> int:
        begin = self.file.tell()
        count: int = self.file.readinto(buffer)
        view = memoryview(buffer).cast("B")
        if view[: len(_SIGNATURE)] == _SIGNATURE and not _is_walkable(self._heap(begin)):
            view[:] = bytes(len(view))
            self.endless = begin
        return count

    def check(self) -> None:
        """Raise for zeros that were given: if they were numbers, HDF5 has no error."""
        if self.endless is not None:
            raise OSError(f"the heap at byte {self.endless} has objects that do not lead to its end")

    def _heap(self, begin: int) -> bytes:
        """The whole heap there; nothing of one that claims to end beyond the file."""
        end = self.file.seek(0, os.SEEK_END)
        self.file.seek(begin)
        size = int.from_bytes(self.file.read(_HEADER)[8:], "little")
        self.file.seek(begin)
        return self.file.read(size) if size <= end - begin else b""


def _is_walkable(heap: bytes) -> bool:
    """Whether its objects lead to its end; as many bytes as are left over have no room for another."""
    at = _HEADER
    while at + _OBJECT.size <= len(heap):
        index, size = _OBJECT.unpack_from(heap, at)
        step = _OBJECT.size + -(-size // 8) * 8 if index else size
        if not 0 < step <= len(heap) - at:
            return False
        at += step
    return at <= len(heap)
