"""Texts and lists of names as attributes of a group; a long list is spread over several."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

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
    if found is None:
        return None
    try:
        return json.loads(found)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"`{key}` in `{shown}` is not valid JSON ({error}).") from error


def names(group: h5py.Group, key: str) -> list[str]:
    """A list of names, whole or in parts `key0`, `key1`, ..."""
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
