"""`get_file`: a file from the web, kept in a folder."""

from __future__ import annotations

import functools
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from hornbeam.utils.archives import unpack
from hornbeam.utils.download import check_origin, download

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

_NAME = re.compile(r"[A-Za-z0-9._-]+")
_LENGTHS = {32: "md5", 64: "sha256"}  # of a hash in hexadecimal
_CHUNK = 2**20


def get_file(
    fname: Any = None,
    origin: str | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: Any = "auto",
    cache_dir: Any = None,
    force_download: bool = False,
    size_limit: int = 64 * 2**30,
) -> str:
    """The path of a file that is downloaded from `origin` if it is not there yet.

    The file appears under its name once it is complete and its hash is right. A download that broke off is continued
    where the server and a hash (or the server's tag) allow it.

    Args:
        fname: the file's name; the last part of `origin` by default. An absolute path is used as it is.
        origin: an address that begins with `https://`, with `http://` if a hash is given, or with `file://`.
        untar, extract: whether it is an archive to be unpacked, once; the result is then the path of a folder.
        md5_hash: an old name of `file_hash`.
        file_hash: what the file must hash to, in hexadecimal.
        cache_subdir: the folder in `cache_dir`.
        hash_algorithm: "sha256", "md5", or "auto" to go by the length.
        extract: see `untar`.
        archive_format: "tar", "zip", "auto" to try both, or None for neither.
        cache_dir: where files are kept; `$KERAS_HOME`, or `~/.keras`, by default.
        force_download: whether a file that is there is downloaded again.
        size_limit: the most bytes that are downloaded.

    Raises:
        ValueError: for another kind of address or name, a wrong hash, a file that is too large, and an archive with a
            member that is a link, a device, outside of it or far too large; nothing of that archive is unpacked.
        OSError: when the download fails, or the file cannot be written.
    """
    expected = file_hash or md5_hash
    if origin is None:
        raise ValueError("`get_file` needs the address of the file: `origin='https://...'`. Received: origin=None.")
    path = os.path.join(_folder(cache_dir, cache_subdir), _name(fname, origin))
    path, folder = _archive_and_folder(path, fname) if extract or untar else (path, None)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with _one_at_a_time(os.path.dirname(path)):
        is_new = force_download or not os.path.exists(path) or not is_right(path, expected, hash_algorithm)
        if is_new:
            check_origin(origin, expected)
            check = functools.partial(check_hash, expected=expected, algorithm=hash_algorithm, origin=origin)
            download(origin, path, expected, check, size_limit)
        if folder is None:
            return path
        if is_new or not os.path.isdir(folder):
            _unpack(path, folder, archive_format)
        return folder


def _folder(cache_dir: Any, cache_subdir: str) -> str:
    home = os.fspath(cache_dir or os.environ.get("KERAS_HOME") or os.path.join("~", ".keras"))
    return os.path.join(os.path.expanduser(home), cache_subdir)


def _name(fname: Any, origin: str) -> str:
    """The file's name; one that comes from the address is a plain one."""
    if fname is not None:
        return os.fspath(fname)
    from urllib.parse import urlsplit

    name = urlsplit(origin).path.rpartition("/")[2]
    if not _NAME.fullmatch(name) or not name.strip("."):
        raise ValueError(f"The address must end in a plain file name, or pass `fname`. Received: origin={origin!r}.")
    return name


def _archive_and_folder(path: str, fname: Any) -> tuple[str, str]:
    """Where an archive lies, and what it is unpacked into.

    As in Keras 3, that is `name_extracted` if the name was given, and ends like a file's. Otherwise it has the name.
    """
    folder, name = os.path.split(path)
    base = re.sub(r"(\.tar)?\.\w+$", "", name)
    if fname is not None and base not in ("", name):
        return path, os.path.join(folder, base + "_extracted")
    if os.path.isfile(path):  # kept by a call that did not unpack it
        os.replace(path, path + "_archive")
    return path + "_archive", path


def _unpack(path: str, folder: str, archive_format: Any) -> None:
    formats = [archive_format] if isinstance(archive_format, str) else list(archive_format or ())
    if not any(unpack(path, folder, kind) for kind in formats):
        raise ValueError(f"`{path}` must be an archive of the format {archive_format!r}, and is none.")


@contextmanager
def _one_at_a_time(folder: str) -> Iterator[None]:
    """Other processes that want a file in this folder wait for this one, where the system can."""
    if fcntl is None:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network drives have no locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def is_right(path: str, expected: str | None, algorithm: str) -> bool:
    """Whether a file has the hash that is expected, if one is."""
    return expected is None or hash_of(path, _algorithm(expected, algorithm)) == expected.lower()


def check_hash(path: str, expected: str | None, algorithm: str, origin: str) -> None:
    """Raise a `ValueError` when the file does not hash to what is expected."""
    if expected is not None and not is_right(path, expected, algorithm):
        found = hash_of(path, _algorithm(expected, algorithm))
        raise ValueError(
            f"The file at {origin!r} must have the hash {expected!r}. Received: {found!r}; it is not kept."
        )


def hash_of(path: str, algorithm: str) -> str:
    """The hash of a file, in hexadecimal."""
    found = hashlib.new(algorithm, usedforsecurity=False)
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


def _algorithm(expected: str, algorithm: str) -> str:
    if algorithm != "auto":
        return algorithm
    if len(expected) not in _LENGTHS:
        raise ValueError(
            f"`file_hash` must be a sha256 (64 digits) or md5 (32 digits) in hexadecimal, or pass `hash_algorithm`. "
            f"Received: {expected!r}."
        )
    return _LENGTHS[len(expected)]
