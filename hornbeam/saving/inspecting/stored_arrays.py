"""The arrays in an HDF5 file, by their names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from hornbeam.saving import hdf5

_MOST = 100_000  # groups and arrays that are listed
_DEEPEST = 100  # groups in groups


class StoredArray(NamedTuple):
    """An array in a file; `stored` is how many bytes it takes there."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    nbytes: int
    stored: int

    @property
    def size(self) -> int:
        """The number of its numbers."""
        count = 1
        for n in self.shape:
            count *= n
        return count


def stored_arrays(file: Any, problems: list[str]) -> list[StoredArray]:
    """The arrays of an open file in order; what is refused is said in `problems`."""
    found: list[StoredArray] = []
    for name, dataset in datasets(file, problems):
        try:
            found.append(_described(name, dataset))
            if not hdf5.is_borne_out(dataset):
                problems.append(f"The dataset `{name}` claims to be larger than what is stored: that is refused.")
        except hdf5.DAMAGE as error:
            problems.append(f"`{name}`: {error}")
    return found


def _described(name: str, dataset: Any) -> StoredArray:
    shape = dataset.shape or ()
    return StoredArray(name, shape, hdf5.dtype_of(dataset).name, dataset.nbytes, dataset.id.get_storage_size())


def datasets(file: Any, problems: list[str]) -> Iterator[tuple[str, Any]]:
    """The datasets below a group, by their names; what is refused, such as a link, is said in `problems`."""
    import h5py

    seen: set[Any] = set()
    waiting: list[tuple[str, Any]] = [("", file)]
    while waiting:
        name, item = waiting.pop()
        if isinstance(item, h5py.Dataset):
            yield name, item
            continue
        address = h5py.h5o.get_info(item.id).addr
        if address in seen:  # a group inside itself
            continue
        seen.add(address)
        if len(seen) + len(waiting) > _MOST or name.count("/") > _DEEPEST:
            problems.append(f"The file holds more than {_MOST:,} groups, or groups more than {_DEEPEST} deep.")
            return
        waiting += reversed(list(_children(name, item, problems)))


def _children(name: str, group: Any, problems: list[str]) -> Iterator[tuple[str, Any]]:
    for key in sorted(group, key=lambda key: (len(key), key) if key.isdigit() else (0, key)):
        try:
            yield f"{name}/{key}".lstrip("/"), hdf5.find(group, key)
        except hdf5.DAMAGE as error:
            problems.append(str(error))
