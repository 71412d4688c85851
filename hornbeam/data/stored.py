"""Arrays on disk, which are read in parts: `numpy.memmap`, HDF5 and Zarr datasets, and whatever looks like them."""

from __future__ import annotations

import math
import mmap
from typing import Any

import numpy as np

from hornbeam.data.array_likes import is_kind, map_batch, package_of
from hornbeam.data.conversion import narrow

Batch = tuple[Any, Any, Any]
_IN_MEMORY = ("numpy", "pandas", "polars", "jax", "jaxlib", "torch", "tensorflow", "scipy", "pyarrow")


class StoredArray:
    """An array that stays where it is; its rows are read when they are asked for.

    Args:
        value: anything with `shape`, `dtype` and rows by slice.
        where: what to call it in messages.
    """

    def __init__(self, value: Any, where: str):
        self._value, self._where = value, where
        self._map = map_of(value)
        self.shape = tuple(int(size) for size in value.shape)
        self.dtype = narrow(np.empty(0, value.dtype), where).dtype
        self.ndim = len(self.shape)

    def __len__(self) -> int:
        return self.shape[0]

    @property
    def nbytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize

    def __getitem__(self, rows: Any) -> np.ndarray:
        """Rows by slice, in memory, with at most 32 bits."""
        return narrow(np.asarray(self._value[rows]), self._where)

    def load(self) -> np.ndarray:
        """All rows as they are; a memory map stays one."""
        return self._value if isinstance(self._value, np.ndarray) else np.asarray(self._value[:])

    def release(self) -> None:
        """Let go of the pages that a memory map has read: they stay in the system's cache, not in this process."""
        if self._map is not None and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)


class Part:
    """Some rows of a stored array, or of one in memory."""

    def __init__(self, array: Any, start: int, stop: int):
        self._array, self._start = array, start
        self.shape = (stop - start, *array.shape[1:])
        self.dtype, self.ndim = array.dtype, array.ndim

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice) -> np.ndarray:
        start, stop, _ = rows.indices(len(self))
        return self._array[self._start + start : self._start + stop]

    def release(self) -> None:
        if isinstance(self._array, StoredArray):
            self._array.release()


class ArrayRows:
    """The rows of `(x, y, sample_weight)`, each made of arrays of which some are stored."""

    def __init__(self, data: Batch, count: int):
        self.data, self.count = data, count

    def read(self, start: int, stop: int) -> Batch:
        """The rows from `start` to `stop`, as NumPy arrays; maybe views of a memory map."""
        return map_batch(lambda array: array[start:stop], self.data)

    def blocks(self, size: int) -> list[tuple[int, int]]:
        """Ranges of about `size` rows that are quick to read."""
        return [(start, min(start + size, self.count)) for start in range(0, self.count, size)]

    def part(self, start: int, stop: int) -> ArrayRows:
        return ArrayRows(map_batch(lambda array: Part(array, start, stop), self.data), stop - start)

    def release(self) -> None:
        """Give back memory that reading has taken."""
        map_batch(lambda array: array.release() if isinstance(array, StoredArray | Part) else None, self.data)


def is_stored(value: Any) -> bool:
    """Whether the value is an array of numbers on disk, or an object that gives rows of one as it is asked for them."""
    if isinstance(value, np.ndarray):
        return map_of(value) is not None and value.dtype.kind in "biuf" and value.ndim > 0
    if package_of(value) in _IN_MEMORY or hasattr(value, "__dlpack__") or hasattr(value, "__array_interface__"):
        return False
    if not all(hasattr(value, name) for name in ("shape", "dtype", "__getitem__")) or not value.shape:
        return False
    return is_kind(value, "h5py", "Dataset") or getattr(value.dtype, "kind", "") in tuple("biuf")


def map_of(value: Any) -> mmap.mmap | None:
    """The file map behind an array, if there is one whose pages can be read again."""
    base = value
    while isinstance(base, np.ndarray):
        if isinstance(base, np.memmap) and base.mode == "c":  # changed pages are nowhere else
            return None
        base = base.base
    return base if isinstance(base, mmap.mmap) else None
