"""Files and folders that are being written, under names of their own; those of dead writers are cleared away.

The writer of `m.keras` writes `.m.keras.1a2b3c4d.tmp` and holds a lock on it, which the system lets go of when the
process ends, however it ends. So who can get the lock of another one's knows that its writer is dead.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

fcntl: Any
try:
    import fcntl
except ImportError:  # a system without such locks, where they stay
    fcntl = None

_TOKEN = r"\.[0-9a-f]{8}\.tmp"


def _name(path: str) -> str:
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name}.{secrets.token_hex(4)}.tmp")


def new_file(path: str) -> tuple[str, IO[bytes]]:
    """The name of a new file beside `path`, and the file, open."""
    clear(path)
    while True:
        temporary = _name(path)
        file = open(temporary, "x+b")  # noqa: SIM115
        if _holds(file.fileno(), temporary):
            return temporary, file
        file.close()


@contextmanager
def new_folder(path: str) -> Iterator[str]:
    """A new folder beside `path`; what has its name at the end is removed."""
    clear(path)
    temporary, descriptor = _name(path), -1
    os.mkdir(temporary)
    try:
        descriptor = os.open(temporary, os.O_RDONLY) if fcntl else -1
        _holds(descriptor, temporary)
        os.makedirs(temporary, exist_ok=True)
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        if descriptor >= 0:
            os.close(descriptor)


def clear(path: str, pattern: str | None = None) -> None:
    """Remove what dead writers of `path`, or of files beside it whose names fit `pattern`, have left."""
    folder, name = os.path.split(path)
    fits = re.compile(rf"\.(?:{pattern or re.escape(name)}){_TOKEN}")
    with suppress(OSError):
        for found in os.listdir(folder or "."):
            if fits.fullmatch(found):
                _remove(os.path.join(folder, found))


def _remove(temporary: str) -> None:
    """Remove what is there if nobody holds it."""
    if not fcntl:
        return
    with suppress(OSError):
        descriptor = os.open(temporary, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.isdir(temporary):
                shutil.rmtree(temporary, ignore_errors=True)
            else:
                os.remove(temporary)
        finally:
            os.close(descriptor)


def _holds(descriptor: int, temporary: str) -> bool:
    """Whether what was just made is still there; it is locked from now on."""
    if fcntl:
        with suppress(OSError):  # a disk without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
    return os.path.exists(temporary)
