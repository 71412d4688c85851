"""Keras 2's `HDF5Matrix` and `H5Dict`: arrays in HDF5 files, which are read when somebody asks for them."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from typing import Any, Never

import numpy as np


def save_to_binary_h5py(save_function: Callable[[Any], Any], stream: Any) -> None:
    """What a function writes to an HDF5 file that it is given, as bytes into a stream that is open for writing."""
    import h5py

    with h5py.File("in memory", "w", driver="core", backing_store=False) as file:
        save_function(file)
        file.flush()
        stream.write(file.id.get_file_image())


def load_from_binary_h5py(load_function: Callable[[Any], Any], stream: Any) -> Any:
    """What a function gives for the HDF5 file whose bytes are in a stream that is open for reading."""
    import h5py

    with h5py.File(io.BytesIO(stream.read()), "r") as file:
        return load_function(file)


def _opened(path: Any) -> Any:
    import h5py

    if not os.path.isfile(path):
        raise FileNotFoundError(f"`{path}` must be an HDF5 file, which is read. Received: a path with no file.")
    return h5py.File(path, "r")


class HDF5Matrix:
    """An array in an HDF5 file, for `fit`, `evaluate` and `predict`; its rows are read when they are needed.

    Args:
        datapath: of the file.
        dataset: the array's name in it.
        start, end: the rows that count; all by default.
        normalizer: gets the rows that were read, and gives those that are used.
    """

    def __init__(
        self,
        datapath: Any,
        dataset: str,
        start: int = 0,
        end: int | None = None,
        normalizer: Callable[[Any], Any] | None = None,
    ):
        file = _opened(datapath)
        if dataset not in file:
            raise ValueError(f"`dataset` must be in `{datapath}`. Received: {dataset!r}; there are {sorted(file)}.")
        self.data = file[dataset]
        self.normalizer = normalizer
        self.start, self.end, _ = slice(start or 0, end).indices(self.data.shape[0])
        first = self[:1]
        self._row, self._dtype = first.shape[1:], first.dtype

    def __len__(self) -> int:
        return max(self.end - self.start, 0)

    def __getitem__(self, key: Any) -> Any:
        """Rows by number, slice, or a list of numbers, in any order."""
        if isinstance(key, slice):
            start, stop, step = key.indices(len(self))
            rows = self.data[self.start + start : self.start + max(stop, start) : step] if step > 0 else None
            return self._normalized(self._rows(np.arange(start, stop, step)) if rows is None else rows)
        if isinstance(key, int | np.integer):
            return self._normalized(self.data[self.start + self._checked(np.array([key]))[0]])
        key = np.asarray(key)
        numbers = np.flatnonzero(key) if key.dtype == bool else key
        return self._normalized(self._rows(self._checked(numbers)))

    def _rows(self, numbers: np.ndarray) -> Any:
        if not len(numbers):
            return self.data[:0]
        ascending, places = np.unique(numbers, return_inverse=True)  # what h5py wants
        return self.data[self.start + ascending][places]

    def _checked(self, numbers: np.ndarray) -> np.ndarray:
        if len(numbers) and not (-len(self) <= numbers.min() and numbers.max() < len(self)):
            raise IndexError(f"Rows must be from 0 to {len(self) - 1}. Received: {numbers.tolist()[:10]}.")
        return np.where(numbers < 0, numbers + len(self), numbers)

    def _normalized(self, rows: Any) -> Any:
        return rows if self.normalizer is None else self.normalizer(rows)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of all rows, normalized."""
        return (len(self), *self._row)

    @property
    def dtype(self) -> Any:
        """Of the rows, normalized."""
        return self._dtype

    @property
    def ndim(self) -> int:
        """How many axes there are."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return int(np.prod(self.shape))


class H5Dict:
    """A group of an HDF5 file as a dictionary that is read: of arrays, attributes, and groups below it.

    Args:
        path: of the file; or a group of h5py, or a dictionary.
        mode: "r" or "a": files are not written to.
    """

    def __init__(self, path: Any, mode: str = "a"):
        if mode not in ("r", "a"):
            raise ValueError(f'`mode` must be "r" or "a", for files are only read. Received: mode={mode!r}.')
        self._owns = isinstance(path, str | os.PathLike)
        self.data = _opened(path) if self._owns else path
        self.read_only = True

    @staticmethod
    def is_supported_type(path: Any) -> bool:
        """Whether it is a path, a group of h5py, or a dictionary."""
        return isinstance(path, str | os.PathLike | dict) or hasattr(path, "attrs")

    def __getitem__(self, key: str) -> Any:
        attributes = getattr(self.data, "attrs", {})
        value = attributes[key] if key in attributes else self.data[key]
        if hasattr(value, "keys"):
            return H5Dict(value)
        return value.decode() if isinstance(value, bytes) else np.asarray(value) if hasattr(value, "attrs") else value

    def __setitem__(self, key: str, value: Any) -> Never:
        raise TypeError(
            f"An `H5Dict` is only read here. Received: a value for {key!r}; `h5py.File(path, 'a')` writes arrays, "
            "`model.save(path)` models."
        )

    def get(self, key: str, default: Any = None) -> Any:
        """What has this name, or the default."""
        return self[key] if key in iter(self) else default

    def update(self, *args: Any) -> None:
        """An error: it is only read."""
        for key, value in dict(*args).items():
            self[key] = value

    def iter(self) -> Iterator[str]:
        """The names."""
        return self.__iter__()

    def __iter__(self) -> Iterator[str]:
        return iter([*self.data, *(key for key in getattr(self.data, "attrs", ()) if key not in self.data)])

    def __contains__(self, key: object) -> bool:
        return key in self.data or key in getattr(self.data, "attrs", ())

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def close(self) -> None:
        """Close the file."""
        if self._owns:
            self.data.close()

    def __enter__(self) -> H5Dict:
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()
