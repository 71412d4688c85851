"""Arrays in `.npz` files and pickles. Of what a pickle can name, only arrays are made."""

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
    except (ValueError, EOFError, zipfile.BadZipFile, pickle.UnpicklingError) as error:
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
    """What a pickle of arrays, lists, dictionaries, texts and numbers says.

    Raises:
        pickle.UnpicklingError: for a pickle of anything else.
    """
    return _Unpickler(file, encoding="latin-1").load()


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _KNOWN:
            raise pickle.UnpicklingError(f"it names `{module}.{name}`, and only arrays are read")
        return _KNOWN[module, name]


def _new_array(subtype: Any, shape: Any, dtype: Any) -> np.ndarray:
    """What a pickled array is filled into: always without rows."""
    return np.empty((0,), "b")


def _encoded(text: str, encoding: str) -> bytes:
    """Bytes, as pickles of an old protocol hold them."""
    return text.encode("latin-1")


_KNOWN = {
    ("numpy.core.multiarray", "_reconstruct"): _new_array,
    ("numpy._core.multiarray", "_reconstruct"): _new_array,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("_codecs", "encode"): _encoded,
}
