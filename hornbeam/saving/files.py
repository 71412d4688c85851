"""Paths, and writing so that a crash leaves the old file as it was."""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any


def check_target(filepath: Any, overwrite: bool) -> str:
    """`filepath` as a string, if a file may be written there.

    Raises:
        FileExistsError: when it exists and `overwrite` is false.
        FileNotFoundError: when its folder does not exist.
        IsADirectoryError: when it is a folder.
    """
    path = os.fspath(filepath)
    folder = os.path.dirname(path) or "."
    if os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, "A folder cannot be overwritten by a file; add a file name", path)
    if not os.path.isdir(folder):
        raise FileNotFoundError(errno.ENOENT, "The folder to save into does not exist; make it first", folder)
    if not overwrite and os.path.exists(path):
        raise FileExistsError(errno.EEXIST, "The file exists and `overwrite` is false", path)
    return path


def check_source(filepath: Any) -> str:
    """`filepath` as a string, if there is a file to read.

    Raises:
        FileNotFoundError: when there is nothing.
        IsADirectoryError: when it is a folder.
    """
    path = os.fspath(filepath)
    if os.path.isdir(path):
        raise IsADirectoryError(
            errno.EISDIR, "Expected a file; a model saved as a folder (a SavedModel) cannot be loaded", path
        )
    if not os.path.exists(path):
        raise FileNotFoundError(errno.ENOENT, "There is no such file", os.path.abspath(path))
    return path


def leads_outside(name: str) -> bool:
    """Whether the name of an archive's member would lie outside of the folder that it is unpacked into."""
    parts = name.replace("\\", "/").split("/")
    return not name or name.startswith(("/", "\\")) or ":" in parts[0] or ".." in parts or "\0" in name


@contextmanager
def replacing(path: str) -> Iterator[IO[bytes]]:
    """A new file, which takes the place of `path` once the body has written all of it.

    If the body (or the machine) fails, `path` is what it was before.
    """
    path = os.path.realpath(path)
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".{name}.{secrets.token_hex(4)}.tmp")
    try:
        with open(temporary, "x+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        with suppress(OSError):
            shutil.copymode(path, temporary)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.remove(temporary)
        raise
    _sync_folder(folder)


def _sync_folder(folder: str) -> None:
    """Write the folder's entries to the disk, where the system can."""
    with suppress(OSError, AttributeError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def parsed(text: str | bytes, shown: str) -> Any:
    """What a JSON text says.

    Raises:
        ValueError: when it is not valid, nested too deeply, or says far more than its length lets expect.
    """
    if _memory_of(text) > _JSON_FREE + _JSON_PER_BYTE * len(text):
        raise ValueError(
            f"{shown} is JSON that would take far more memory than its {len(text):,} bytes: it is refused."
        )
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{shown} is not valid JSON ({error}).") from error


_JSON_FREE, _JSON_PER_BYTE = 32 * 2**20, 12  # bytes of memory that JSON may take, and so many for each of its own
_BYTES = {"{": 240, "[": 64, ",": 40, '"': 20}  # what stands behind each sign in memory: {"":0}, is 45 times its length


def _memory_of(text: str | bytes) -> int:
    """About how much memory the value of a JSON text takes, at most."""
    if isinstance(text, bytes):
        return sum(text.count(sign.encode()) * size for sign, size in _BYTES.items())
    return sum(text.count(sign) * size for sign, size in _BYTES.items())
