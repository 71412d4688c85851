"""Weights in several files: `x.weights.json` lists the shards `x_00000.weights.h5`, ... that each object is in.

The shards of the next save are `x_b_00000.weights.h5`, ..., and those after that have the first names again: nothing
that the list names changes before the list does, so that whoever reads has the old set or the new one. Keras opens
`x_00000.weights.h5` first, whatever the list says, and reads nothing from it then: it stays, empty.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from hornbeam.saving import files, hdf5, seeds, unfinished
from hornbeam.saving.forms import SHARDS_SUFFIX, WEIGHTS_SUFFIX
from hornbeam.saving.replacing import replacing, replacing_all
from hornbeam.saving.stored import Stored
from hornbeam.saving.weights import places, stored_values

if TYPE_CHECKING:
    import h5py

_MARK = "hornbeam_saved"  # the same in all files of one save
_LIMIT = 64 * 2**20  # bytes of the list
_MOST = 1000  # shards
_SHARD = r"(_b)?_\d{5}" + re.escape(WEIGHTS_SUFFIX)
_PLAIN = re.compile(r"[^/\\:\0]+\.h5")


def write_shards(model: Any, path: str, largest: float, skipped: Sequence[Any] = ()) -> None:
    """Write the weights in files of at most `largest` bytes of arrays each; the list of them takes its place last.

    Raises:
        ValueError: when one array alone is larger.
    """
    base = path.removesuffix(SHARDS_SUFFIX)
    old = _listed(path) if os.path.exists(path) else []
    stem = f"{base}_b" if set(old) & set(_shards(base)) else base
    unfinished.clear(path, re.escape(os.path.basename(base)) + _SHARD)
    with replacing_all(path) as new, _Writer(path, stem, largest, new) as writer:
        for place, obj in places(model, skipped=skipped).items():
            writer.enter(place, getattr(obj, "name", "") or "")
            for name, value in stored_values(obj):
                writer.write(place, name, np.asarray(value))
        seeds.write(writer.file, model)
        writer.finish()
    first = f"{base}_00000{WEIGHTS_SUFFIX}"
    for name in {*old, *_shards(base), *_shards(f"{base}_b")} - {*writer.names, os.path.basename(first)}:
        _remove(os.path.join(os.path.dirname(path), name), name in old)
    if stem != base:
        with replacing(first) as file, hdf5.writing(file) as group:
            group.attrs[_MARK] = writer.mark


def _shards(stem: str) -> list[str]:
    """The names of the shards there are with this beginning."""
    folder, name = os.path.split(stem)
    fits = re.compile(re.escape(name) + r"_\d{5}" + re.escape(WEIGHTS_SUFFIX))
    return [found for found in os.listdir(folder or ".") if fits.fullmatch(found)]


def _remove(path: str, is_listed: bool) -> None:
    """Remove a shard that the list no longer has, or one that a dead writer has left, which says that it is one."""
    with suppress(OSError, ValueError):
        if not is_listed:
            with hdf5.reading(path, path) as file:
                is_listed = _MARK in file.attrs
        if is_listed:
            os.remove(path)


class _Writer(ExitStack):
    def __init__(self, path: str, stem: str, largest: float, new: Any):
        super().__init__()
        self.folder, self.stem = os.path.split(stem)
        self.path, self.largest, self.new = path, largest, new
        self.mark = secrets.token_hex(8)
        self.names: list[str] = []
        self.places: dict[str, list[str]] = {}
        self.total = 0
        self.begin()

    def begin(self) -> None:
        """The next shard."""
        self.close()
        self.names.append(f"{self.stem}_{len(self.names):05d}{WEIGHTS_SUFFIX}")
        self.file: h5py.File = self.enter_context(hdf5.writing(self.new(os.path.join(self.folder, self.names[-1]))))
        self.file.attrs[_MARK] = self.mark
        self.used = 0

    def enter(self, place: str, name: str) -> None:
        """The place of an object."""
        self.file.require_group(f"{place}/vars").attrs["name"] = name

    def write(self, place: str, name: str, value: np.ndarray) -> None:
        """An array of the object there."""
        if value.nbytes > self.largest:
            raise ValueError(
                f"`max_shard_size` must leave room for the largest weight. Received: {self.largest / 2**30:.3g} GiB, "
                f"and `{place}/vars/{name}` of shape {value.shape} has {value.nbytes / 2**30:.3g} GiB."
            )
        if self.used + value.nbytes > self.largest:
            self.begin()
        hdf5.write(self.file.require_group(f"{place}/vars"), name, value)
        shards = self.places.setdefault(f"{place}/vars", [])
        shards += [] if self.names[-1] in shards else [self.names[-1]]
        self.used += value.nbytes
        self.total += value.nbytes

    def finish(self) -> None:
        """The list of all, which takes its place last."""
        self.close()
        metadata = {"total_size": self.total, _MARK: self.mark}
        content = {"metadata": metadata, "weight_map": self.places}
        self.new(self.path).write(json.dumps(content, indent=4).encode())


@contextmanager
def reading_shards(path: str) -> Iterator[Stored]:
    """What is in all the shards that the file at `path` lists.

    Raises:
        ValueError: when one of them is missing, lies elsewhere, or is of another save.
    """
    content = _listing(path)
    with ExitStack() as stack:
        try:
            opened = _opened(content, path, stack)
        except ValueError:
            again = _listing(path)
            if again == content:  # else another process has just saved, and removed what there was
                raise
            opened = _opened(again, path, stack)
        yield Stored(opened, path)


def _opened(content: dict[str, Any], path: str, stack: ExitStack) -> list[h5py.File]:
    metadata = content.get("metadata")
    opened = []
    for name in _names(content, path):
        shard = os.path.join(os.path.dirname(path), name)
        if not os.path.lexists(shard) or not stat.S_ISREG(os.lstat(shard).st_mode):
            raise ValueError(f"`{path}` lists the shard `{name}`, which must be a plain file beside it.")
        file = stack.enter_context(hdf5.reading(shard, shard))
        mark = metadata.get(_MARK) if isinstance(metadata, dict) else None
        if file.attrs.get(_MARK, mark) != mark:
            raise ValueError(f"`{shard}` is of another save than `{path}`: that was not finished, so save again.")
        opened.append(file)
    return opened


def _listed(path: str) -> list[str]:
    """The shards of an older save, as far as its list can be read."""
    try:
        names = _names(_listing(path), path)
    except ValueError:
        return []
    base = os.path.basename(path).removesuffix(SHARDS_SUFFIX)
    return [name for name in names if name.startswith(f"{base}_")]


def _listing(path: str) -> dict[str, Any]:
    if os.path.getsize(path) > _LIMIT:
        raise ValueError(f"`{path}` is larger than {_LIMIT // 2**20} MiB: that is refused.")
    with open(path, "rb") as file:
        content = files.parsed(file.read(_LIMIT), f"`{path}`")
    if not isinstance(content, dict) or not isinstance(content.get("weight_map"), dict):
        raise ValueError(f"`{path}` must list the shards of weights in `weight_map`. Received: {str(content)[:100]}.")
    return content


def _names(content: dict[str, Any], path: str) -> list[str]:
    """The names of all shards; Keras has what belongs to no weight in the first one."""
    found: dict[Any, None] = {}
    for value in content["weight_map"].values():
        for name in value if isinstance(value, list) else [value]:
            if not isinstance(name, str) or not _PLAIN.fullmatch(name):
                raise ValueError(f"`{path}` must list files beside it. Received: {name!r}.")
            found[name] = None
    if len(found) > _MOST:
        raise ValueError(f"`{path}` lists more than {_MOST} shards: that is refused.")
    return sorted(found)
