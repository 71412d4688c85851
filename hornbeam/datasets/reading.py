"""Arrays in `.npz` files, and in pickles, of which nothing is called."""

from __future__ import annotations

import pickle
import zipfile
from collections.abc import Sequence
from typing import IO, Any

import numpy as np


def arrays_of(path: str, names: Sequence[str]) -> list[np.ndarray]:
    """Arrays in a `.npz` file, by name.

    Raises:
        ValueError: with the path, when it is no such file, or does not hold them.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            there = [member.removesuffix(".npy") for member in archive.namelist()]
            missing = [name for name in names if name not in there]
            if missing:
                raise ValueError(f"it must hold {', '.join(missing)}, and holds {', '.join(there)}")
            return [_array(archive, name) for name in names]
    except (ValueError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"`{path}` cannot be read as this data set ({error}): remove it, or replace it.") from error


def _array(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    with archive.open(name + ".npy") as file:
        version = np.lib.format.read_magic(file)
        read_header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
        if version not in read_header:
            raise ValueError(f"`{name}` has an unknown version, {version}")
        _, _, dtype = read_header[version](file)
        if dtype.hasobject:
            return np.asarray(unpickled(file))
    with archive.open(name + ".npy") as file:
        return np.lib.format.read_array(file, allow_pickle=False)


def unpickled(file: IO[bytes]) -> Any:
    """What a pickle says: an array, or a dictionary of arrays, lists, texts and numbers.

    Nothing that it names is called: of an array, its shape, its dtype and its bytes are read as data.

    Raises:
        ValueError: for a pickle of anything else.
    """
    try:
        found = _Unpickler(file, encoding="latin-1").load()
        if isinstance(found, dict):
            return {key: value.array if isinstance(value, _Array) else value for key, value in found.items()}
        return found.array
    except Exception as error:  # a damaged pickle raises errors of any kind
        raise ValueError(f"the pickle in it is no array: {error}") from error


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _KNOWN:
            raise ValueError(f"it names `{module}.{name}`")
        return _KNOWN[module, name]


class _Dtype:
    """The name of a dtype, and the order of its bytes."""

    def __init__(self, name: str, *_: Any):
        self.name, self.order = name, "|"

    def __setstate__(self, state: Any) -> None:
        self.order = state[1]


class _Array:
    """Its shape and its dtype, and its bytes, or the list of its objects."""

    def __init__(self, *_: Any):
        self.array: Any = None

    def __setstate__(self, state: Any) -> None:
        _, shape, dtype, by_columns, content = state
        if isinstance(content, list):
            self.array = np.empty(len(content), object)
            self.array[:] = content
        else:
            data = content.encode("latin-1") if isinstance(content, str) else content
            self.array = np.frombuffer(data, _NUMBERS[dtype.name]).view(_NUMBERS[dtype.name].newbyteorder(dtype.order))
        self.array = self.array.reshape(shape, order="F" if by_columns else "C")


def _encoded(text: str, encoding: str) -> bytes:
    """Bytes, as pickles of an old protocol hold them."""
    return text.encode("latin-1")


_NUMBERS = {name: np.dtype(name) for name in ("b1", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f4", "f8")}
_KNOWN = {
    ("numpy.core.multiarray", "_reconstruct"): _Array,
    ("numpy._core.multiarray", "_reconstruct"): _Array,
    ("numpy", "ndarray"): None,
    ("numpy", "dtype"): _Dtype,
    ("_codecs", "encode"): _encoded,
}
