"""Paths to read from and write to, and JSON as far as it is harmless."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Collection
from typing import Any


class MissingFileError(FileNotFoundError, ValueError):
    """There is nothing to read; Keras calls a path to nothing a wrong value."""


class NoPathError(TypeError, ValueError):
    """Something other than a path was given as one; Keras calls that a wrong value."""


def as_path(filepath: Any) -> str:
    """`filepath` as a string.

    Raises:
        NoPathError: when it is no path.
    """
    if isinstance(filepath, str | bytes | os.PathLike):
        return os.fsdecode(filepath)
    what = "; an open file cannot be used: pass its name" if hasattr(filepath, "read") else ""
    raise NoPathError(f"`filepath` must be the path of a file or folder. Received: {filepath!r}{what}.")


def check_target(filepath: Any, overwrite: bool) -> str:
    """`filepath` as a string, if a file may be written there.

    Raises:
        FileExistsError: when it exists and `overwrite` is false.
        FileNotFoundError: when its folder does not exist.
        IsADirectoryError: when it is a folder.
    """
    path = as_path(filepath)
    folder = os.path.dirname(path) or "."
    if os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, "A folder cannot be overwritten by a file; add a file name", path)
    if not os.path.isdir(folder):
        raise FileNotFoundError(errno.ENOENT, "The folder to save into does not exist; make it first", folder)
    if not overwrite and os.path.exists(path):
        raise FileExistsError(errno.EEXIST, "The file exists and `overwrite` is false", path)
    return path


def make_parents(path: str) -> None:
    """Make the folders that a file lies in."""
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)


def check_folder(filepath: Any, overwrite: bool, parts: Collection[str]) -> str:
    """`filepath` as a string, if a folder with these parts may be written there.

    Raises:
        FileExistsError: when it exists and `overwrite` is false, or holds anything else.
        FileNotFoundError: when the folder around it does not exist.
        NotADirectoryError: when it is a file.
    """
    path = os.path.normpath(as_path(filepath))
    if os.path.lexists(path) and not os.path.isdir(path):
        raise NotADirectoryError(errno.ENOTDIR, "A file cannot be overwritten by a folder; choose another name", path)
    if not os.path.isdir(os.path.dirname(path) or "."):
        raise FileNotFoundError(errno.ENOENT, "The folder to save into does not exist; make it first", path)
    found = os.listdir(path) if os.path.isdir(path) else []
    if found and not overwrite:
        raise FileExistsError(errno.EEXIST, "The folder exists and `overwrite` is false", path)
    others = sorted(set(found) - set(parts))
    if others:
        what = f"The folder holds `{others[0]}`, which is no part of a model and would be lost; choose another name"
        raise FileExistsError(errno.EEXIST, what, path)
    return path


def check_source(filepath: Any, part: str | None = None) -> str:
    """`filepath` as a string, if there is a file to read, or a folder that holds `part`.

    Raises:
        FileNotFoundError: when there is nothing.
        IsADirectoryError: when it is another folder.
    """
    path = as_path(filepath)
    if os.path.isdir(path) and not (part and os.path.lexists(os.path.join(path, part))):
        raise IsADirectoryError(
            errno.EISDIR,
            "Expected a file; a model saved as a folder (a SavedModel) cannot be loaded: save it as `.h5` or `.keras` "
            "with TensorFlow",
            path,
        )
    if not os.path.exists(path):
        is_checkpoint = os.path.exists(f"{path}.index")
        what = "TensorFlow's checkpoints cannot be read: save the weights as `.h5` there" if is_checkpoint else ""
        raise MissingFileError(errno.ENOENT, what or "There is no such file", os.path.abspath(path))
    if not os.path.isfile(path) and not os.path.isdir(path):
        raise OSError(errno.EINVAL, "Expected a plain file; a device or a pipe cannot be read from any place", path)
    return path


def leads_outside(name: str) -> bool:
    """Whether the name of an archive's member would lie outside of the folder that it is unpacked into."""
    parts = name.replace("\\", "/").split("/")
    return not name or name.startswith(("/", "\\")) or ":" in parts[0] or ".." in parts or "\0" in name


def parsed(text: str | bytes, shown: str, once: bool = False) -> Any:
    """What a JSON text says; with `once`, no key may stand in it twice.

    Raises:
        ValueError: when it is not valid, nested too deeply, or says far more than its length lets expect.
    """
    if _memory_of(text) > _JSON_FREE + _JSON_PER_BYTE * len(text):
        raise ValueError(
            f"{shown} is JSON that would take far more memory than its {len(text):,} bytes: it is refused."
        )
    try:
        return json.loads(text, object_pairs_hook=_once if once else None)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{shown} is not valid JSON ({error}).") from error


_JSON_FREE, _JSON_PER_BYTE = 32 * 2**20, 12  # bytes of memory that JSON may take, and so many for each of its own
_BYTES = {"{": 240, "[": 64, ",": 40, '"': 20}  # what stands behind each sign in memory: {"":0}, is 45 times its length


def _memory_of(text: str | bytes) -> int:
    """About how much memory the value of a JSON text takes, at most."""
    if isinstance(text, bytes):
        return sum(text.count(sign.encode()) * size for sign, size in _BYTES.items())
    return sum(text.count(sign) * size for sign, size in _BYTES.items())


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands in it twice")
    return found
