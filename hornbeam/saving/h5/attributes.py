"""Texts and lists of names as attributes of a group, and the variables whose names are listed there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from hornbeam.core.variable import Variable
from hornbeam.saving import files, hdf5

if TYPE_CHECKING:
    import h5py

_LIMIT = 64512  # bytes in one attribute


def text(group: h5py.Group, key: str) -> str | None:
    """A text; `None` where there is none."""
    value = group.attrs.get(key)
    return _decoded(value) if isinstance(value, bytes | str) else None


def json_of(group: h5py.Group, key: str, shown: str) -> Any:
    """What the JSON text of an attribute says; `None` where there is none.

    Raises:
        ValueError: when it is not valid.
    """
    found = text(group, key)
    return None if found is None else files.parsed(found, f"`{key}` in `{shown}`")


def names(group: h5py.Group, key: str) -> list[str]:
    """A list of names, whole or, if it is long, in parts `key0`, `key1`, ..."""
    if key in group.attrs:
        return _listed(group.attrs[key])
    return [name for i in _parts(group, key) for name in _listed(group.attrs[f"{key}{i}"])]


def _parts(group: h5py.Group, key: str) -> range:
    count = 0
    while f"{key}{count}" in group.attrs:
        count += 1
    return range(count)


def write_names(group: h5py.Group, key: str, values: Sequence[str]) -> None:
    """Store a list of names."""
    array = np.array([value.encode() for value in values]) if values else np.array([], "S1")
    count = -(-array.nbytes // _LIMIT)
    if count <= 1:
        group.attrs[key] = array
        return
    for i, part in enumerate(np.array_split(array, count)):
        group.attrs[f"{key}{i}"] = part


def datasets(group: h5py.Group, shown: str) -> dict[str, h5py.Dataset]:
    """The arrays of numbers that a group lists, by name and in order.

    Raises:
        ValueError: when one of them is missing, or is something else.
    """
    found = {name: hdf5.find(group, name) for name in names(group, "weight_names")}
    for name, dataset in found.items():
        if dataset is None or not hasattr(dataset, "shape"):
            raise ValueError(f"`{shown}` is damaged: `{group.name}` lists the weight `{name}`, which is missing.")
        hdf5.dtype_of(dataset)
    return found


def write_variables(group: h5py.Group, variables: Sequence[Variable]) -> None:
    """Store the values of variables, and their names in the same order.

    Keras cannot read bfloat16 in this layout: these numbers are stored as the same ones in float32.
    """
    names = unique([variable.path for variable in variables])
    write_names(group, "weight_names", names)
    for name, variable in zip(names, variables, strict=True):
        value = variable.on_host()
        hdf5.write(group, name, value.astype("float32") if value.dtype.kind == "V" else value)


def _listed(value: Any) -> list[str]:
    return [_decoded(item) for item in np.asarray(value).ravel().tolist()]


def _decoded(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def unique(names: list[str]) -> list[str]:
    """Names that occur once; those that came before get a number."""
    found: dict[str, None] = {}
    for name in names:
        count, unique = 0, name
        while unique in found:
            count += 1
            unique = f"{name}_{count}"
        found[unique] = None
    return list(found)
