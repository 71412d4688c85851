"""`.keras` files: a zip of `metadata.json`, `config.json` and `model.weights.h5`, as Keras 3 writes and reads it."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from hornbeam.core import serialization
from hornbeam.core.allowance import allowing_file
from hornbeam.saving import assets, files, hdf5
from hornbeam.saving.compiling import compile_from
from hornbeam.saving.report import LoadReport
from hornbeam.saving.unmatched import warn_of_unmatched
from hornbeam.saving.weights import read_weights, write_weights

KERAS_VERSION = "3.15.1"  # whose format this is
METADATA, CONFIG, WEIGHTS = "metadata.json", "config.json", "model.weights.h5"
_MIB = 2**20
_IN_MEMORY = 16 * _MIB
_CHUNK = _MIB

# What a compressed member may unpack to: so many bytes, and so many times its own. One that is stored is what it is.
_FREE = {CONFIG: 2 * _MIB, WEIGHTS: 16 * _MIB}
_FREE_ASSET = 2 * _MIB
_RATIO = 20


def write_archive(model: Any, path: str) -> None:
    """Write `model` to a `.keras` file; the file appears only once it is complete."""
    config = serialization.serialize_whole(model)
    saved = datetime.datetime.now().strftime("%Y-%m-%d@%H:%M:%S")
    with files.replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(METADATA, json.dumps({"keras_version": KERAS_VERSION, "date_saved": saved}))
        archive.writestr(CONFIG, json.dumps(config))
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as weights:
            with hdf5.writing(weights) as group:
                write_weights(group, model)
            weights.seek(0)
            with archive.open(WEIGHTS, "w", force_zip64=True) as member:
                shutil.copyfileobj(weights, member, _CHUNK)
        assets.write_assets(archive, model)


def read_archive(path: str, custom_objects: dict[str, Any] | None, compile: bool) -> Any:
    """The model in a `.keras` file.

    Raises:
        ValueError: for a file that is damaged, is not such a file, or names what Hornbeam does not know.
    """
    size = os.path.getsize(path)
    with (
        opened(path) as archive,
        serialization.custom_object_scope(custom_objects or {}),
        allowing_file(size, path),
    ):
        config = _read_config(archive, path)
        warn_of_unmatched(custom_objects, config, f"`{path}`")
        model = serialization.deserialize_whole(config)
        if not hasattr(model, "save"):
            raise ValueError(f"`{path}` must hold a model. Received: {model!r}.")
        if compile and config.get("compile_config"):
            compile_from(model, config["compile_config"], path)
        assets.read_assets(archive, model, lambda name, target: _copy(archive, name, target, path))
        read_archived_weights(archive, model, path, as_read=True)
    return model


def read_archived_weights(
    archive: zipfile.ZipFile, model: Any, path: str, skip_mismatch: bool = False, as_read: bool = False
) -> LoadReport:
    """Assign the weights in an open `.keras` file."""
    if WEIGHTS not in archive.namelist():
        raise ValueError(f"`{path}` holds no `{WEIGHTS}`. Received: {archive.namelist()}.")
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as weights:
        _copy(archive, WEIGHTS, weights, path)
        weights.seek(0)
        with hdf5.reading(weights, path) as file:
            return read_weights(file, model, path, skip_mismatch, as_read)


@contextmanager
def opened(path: str) -> Iterator[zipfile.ZipFile]:
    """The zip file at `path`, its members' names checked.

    Raises:
        ValueError: when it is no zip file, is damaged, or has suspicious members.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(archive, path)
            yield archive
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError) as error:
        raise ValueError(f"`{path}` is not a `.keras` file (a zip archive), or it is damaged ({error}).") from error


def _check_members(archive: zipfile.ZipFile, path: str) -> None:
    names = archive.namelist()
    for name in names:
        if files.leads_outside(name):
            raise ValueError(f"`{path}` holds a member that would lie outside of it: {name!r}.")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"`{path}` holds two members with the name {twice!r}.")


def _read_config(archive: zipfile.ZipFile, path: str) -> dict[str, Any]:
    if CONFIG not in archive.namelist():
        raise ValueError(
            f"`{path}` is not a `.keras` file: it holds no `{CONFIG}`. Received: {archive.namelist()[:20]}."
        )
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as text:
        _copy(archive, CONFIG, text, path)
        text.seek(0)
        config = files.parsed(text.read(), f"`{CONFIG}` in `{path}`")
    if not isinstance(config, dict) or "class_name" not in config or "config" not in config:
        raise ValueError(f"`{CONFIG}` in `{path}` must be the config of a model. Received: {str(config)[:200]}.")
    return config


def _limit(member: zipfile.ZipInfo, size: int) -> int:
    """How many bytes a member of an archive of so many bytes may unpack to."""
    packed = min(member.compress_size, size)  # what it claims may be false
    if member.compress_type == zipfile.ZIP_STORED:
        return packed
    return _FREE.get(member.filename, _FREE_ASSET) + _RATIO * packed


def _copy(archive: zipfile.ZipFile, name: str, target: IO[bytes], path: str) -> None:
    """Unpack a member, but never more than is allowed, whatever size it claims."""
    size, limit = 0, _limit(archive.getinfo(name), os.path.getsize(path))
    try:
        with archive.open(name) as member:
            while chunk := member.read(_CHUNK):
                size += len(chunk)
                if size > limit:
                    raise ValueError(
                        f"`{name}` in `{path}` unpacks to more than {limit / _MIB:.0f} MiB: that is refused."
                    )
                target.write(chunk)
    except (RuntimeError, OSError) as error:  # encrypted, or cut off
        raise ValueError(f"`{name}` in `{path}` cannot be read ({error}).") from error
    except Exception as error:
        if type(error).__module__ == "zlib" or type(error).__name__ in ("error", "LZMAError"):
            raise ValueError(f"`{name}` in `{path}` is damaged ({error}).") from error
        raise
