"""HDF5 files as far as weights need them: groups and numeric datasets, and nothing that leads outside the file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np

from hornbeam.saving.forms import what_else
from hornbeam.saving.heaps import WatchedHeaps
from hornbeam.saving.progress import count
from hornbeam.saving.window import Window

if TYPE_CHECKING:
    import h5py

_MOST_PER_BYTE = 1032  # what deflate can make of a byte
_UNSTORED = 2**20  # zeros that were never written take no room

#: What reading a damaged file leads to somewhere in h5py.
DAMAGE = (OSError, RuntimeError, LookupError, TypeError, ValueError, OverflowError)

# HDF5 has no such types: Keras stores the bytes, and the name in the attribute `dtype`.
_BY_NAME = {name: np.dtype(getattr(ml_dtypes, name)) for name in ("bfloat16", "float8_e4m3fn", "float8_e5m2")}


@contextmanager
def reading(source: Any, shown: str) -> Iterator[h5py.File]:
    """The file at a path, or one that is open, for reading; `shown` stands for it in messages.

    Raises:
        ValueError: when it is no HDF5 file, or a damaged one.
    """
    if not isinstance(source, str):
        with _reading(source, shown) as file:
            yield file
        return
    with open(source, "rb") as plain:
        window = Window(plain, 0, os.path.getsize(source))
        with _reading(window, shown, source) as file:
            yield file
        window.check()


@contextmanager
def _reading(source: Any, shown: str, path: str | None = None) -> Iterator[h5py.File]:
    import h5py

    watched = WatchedHeaps(source)
    try:
        file = h5py.File(watched, "r")
        _check_lengths(file)
    except (OSError, OverflowError) as error:  # no file is as long as an address in a damaged one may be
        other = "" if path is None else what_else(path)
        raise ValueError(f"`{shown}` is not an HDF5 file, or it is damaged ({error}).{other}") from error
    with file:
        try:
            yield file
            watched.check()
        except (OSError, RuntimeError, KeyError, OverflowError) as error:
            raise ValueError(f"`{shown}` is damaged ({error}).") from error


def _check_lengths(file: h5py.File) -> None:
    """Files may have other lengths than eight bytes; heaps are looked at by these, and everybody writes them."""
    sizes = file.id.get_create_plist().get_sizes()
    if sizes != (8, 8):
        file.close()
        raise OSError(f"addresses and lengths of {sizes[0]} and {sizes[1]} bytes where 8 and 8 are expected")


@contextmanager
def writing(target: Any) -> Iterator[h5py.File]:
    """A new HDF5 file in an open binary file."""
    import h5py

    with h5py.File(target, "w") as file:
        yield file


def find(group: h5py.Group, path: str) -> Any:
    """What is stored at `path`, or `None`.

    Raises:
        ValueError: when a link on the way leads elsewhere, or the data are kept outside the file.
    """
    import h5py

    found: Any = group
    for name in filter(None, path.split("/")):
        if not isinstance(found, h5py.Group):
            return None
        link = found.get(name, getlink=True)
        if link is None:
            return None
        if not isinstance(link, h5py.HardLink):
            raise ValueError(f"The file holds a link at `{_join(found, name)}`: links are refused.")
        found = found[name]
        if isinstance(found, h5py.Dataset):
            _check_inside(found)
    return found


def _join(group: h5py.Group, name: str) -> str:
    return f"{(group.name or '').rstrip('/')}/{name}"


def _check_inside(dataset: h5py.Dataset) -> None:
    if dataset.external or dataset.is_virtual:
        raise ValueError(f"The dataset `{dataset.name}` keeps its data outside the file: that is refused.")


def dtype_of(dataset: h5py.Dataset) -> np.dtype:
    """The dtype of the stored values.

    Raises:
        ValueError: unless they are numbers.
    """
    dtype = dataset.dtype
    if dataset.shape is None:
        raise ValueError(f"The dataset `{dataset.name}` must hold numbers. Received: nothing.")
    if dtype.kind in "fiubc":
        return dtype
    name = dataset.attrs.get("dtype")
    name = name.decode() if isinstance(name, bytes) else name
    name = "bfloat16" if name is None and dtype.itemsize == 2 else name  # Keras does not say it in `.h5` files
    stored = _BY_NAME.get(name) if isinstance(name, str) else None
    if dtype.kind == "V" and dtype.names is None and stored is not None and stored.itemsize == dtype.itemsize:
        return stored
    raise ValueError(f"The dataset `{dataset.name}` must hold numbers. Received: dtype {dtype}.")


def is_borne_out(dataset: h5py.Dataset) -> bool:
    """Whether a dataset is no larger than its bytes in the file can stand for."""
    return bool(dataset.nbytes <= _MOST_PER_BYTE * dataset.id.get_storage_size() + _UNSTORED)


def is_whole(dataset: h5py.Dataset) -> bool:
    """Whether the values lie in the file as they are, all of them: reading them cannot find them damaged."""
    begin = dataset.id.get_offset()  # of those that are in one piece
    return begin is not None and begin + dataset.nbytes <= dataset.file.id.get_filesize()


def read(dataset: h5py.Dataset, buffer: np.ndarray | None = None) -> np.ndarray:
    """The values of a dataset whose shape and dtype were checked, in memory of their own or in that of `buffer`.

    Raises:
        ValueError: when it claims to hold more than its bytes in the file can stand for.
    """
    if not is_borne_out(dataset):
        raise ValueError(f"The dataset `{dataset.name}` claims to be larger than what is stored: that is refused.")
    dtype = dtype_of(dataset)
    if buffer is None:
        values = np.asarray(dataset[()])
    else:
        values = buffer[: dataset.nbytes].view(dataset.dtype).reshape(dataset.shape)
        dataset.read_direct(values)
    count(values.nbytes)
    if values.dtype.kind != "V":
        return values
    return values.view(dtype) if values.ndim else np.frombuffer(values.tobytes(), dtype).reshape(values.shape)


def write(group: h5py.Group, name: str, value: Any) -> None:
    """Store an array as a dataset."""
    value = np.asarray(value)
    count(value.nbytes)
    stored = next((known for known, dtype in _BY_NAME.items() if dtype == value.dtype), None)
    if stored is None:
        group.create_dataset(name, data=value)
        return
    dataset = group.create_dataset(name, data=value.view(f"V{value.dtype.itemsize}"))
    dataset.attrs["dtype"] = stored
