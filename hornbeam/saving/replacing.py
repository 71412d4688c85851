"""Writing so that a crash leaves the old file as it was: what is new takes its place once it is complete."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO

from hornbeam.saving import unfinished

_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux


@contextmanager
def replacing(path: str) -> Iterator[IO[bytes]]:
    """A new file, which takes the place of `path` once the body has written all of it.

    If the body (or the machine) fails, what was there is as it was before.
    """
    with replacing_all(path) as new:
        yield new(path)


@contextmanager
def replacing_all(shown: str) -> Iterator[Callable[[str], IO[bytes]]]:
    """A function that opens a new file; all of them take their places, in that order, once the last one is complete.

    In messages, `shown` stands for all of them.
    """
    opened: dict[str, tuple[str, IO[bytes]]] = {}

    def new(path: str) -> IO[bytes]:
        path = os.path.realpath(path)
        opened[path] = unfinished.new_file(path)
        return opened[path][1]

    with _explaining(shown):
        try:
            yield new
            _put_all_in_place(opened)
        except BaseException:
            for temporary, file in opened.values():
                with suppress(OSError):
                    file.close()
                with suppress(OSError):
                    os.remove(temporary)
            raise


@contextmanager
def _explaining(path: str) -> Iterator[None]:
    """Inside, what the system refuses becomes a sentence about `path`."""
    try:
        yield
    except OSError as error:
        said = f"`{path}` cannot be written ({error.strerror or error}); what was there before is as it was"
        raise (OSError(said) if error.errno is None else OSError(error.errno, said)) from error


def _put_all_in_place(opened: dict[str, tuple[str, IO[bytes]]]) -> None:
    """What replaces something is on the disk before: a machine that loses power then has the one or the other."""
    replaces = any(map(os.path.lexists, opened))
    for _, file in opened.values():
        file.flush()
        if replaces:
            os.fsync(file.fileno())
        file.close()
    for path, (temporary, _) in opened.items():
        with suppress(OSError):
            shutil.copymode(path, temporary)
        os.replace(temporary, path)
    for folder in {os.path.dirname(path) for path in opened} if replaces else ():
        _sync_folder(folder)


@contextmanager
def replacing_folder(path: str) -> Iterator[str]:
    """A new folder, which takes the place of that at `path` once the body has written all of it."""
    shown, path = path, os.path.realpath(path)
    with _explaining(shown), unfinished.new_folder(path) as temporary:
        yield temporary
        replaces = os.path.lexists(path)
        if replaces:
            _sync_all(temporary)
            with suppress(OSError):
                shutil.copymode(path, temporary)
        _put_in_place(temporary, path)
    if replaces:
        _sync_folder(os.path.dirname(path))


def _put_in_place(new: str, path: str) -> None:
    """Rename a folder; what has its name gets that of `new`, at the same moment where the system can do that."""
    if not os.path.lexists(path):
        os.rename(new, path)
    elif not _exchanged(new, path):
        old = f"{new}.old"
        os.rename(path, old)
        os.rename(new, path)
        os.rename(old, new)


def _exchanged(one: str, other: str) -> bool:
    """Whether Linux has exchanged two names."""
    with suppress(AttributeError, OSError):
        call = ctypes.CDLL(None).renameat2
        return call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0
    return False


def _sync_all(folder: str) -> None:
    """Write a folder to the disk, with all that is in it."""
    for inner, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(inner, name), "rb") as file:
                os.fsync(file.fileno())
        _sync_folder(inner)


def _sync_folder(folder: str) -> None:
    """Write the folder's entries to the disk, where the system can."""
    with suppress(OSError, AttributeError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
