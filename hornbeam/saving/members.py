"""The parts of a saved model, `metadata.json`, `config.json`, ...: members of a zip file or files in a folder."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import IO, Any, Protocol

from hornbeam.saving import files, forms
from hornbeam.saving.replacing import replacing, replacing_folder
from hornbeam.saving.window import Window

METADATA, CONFIG, WEIGHTS, ASSETS = "metadata.json", "config.json", "model.weights.h5", "assets"
MIB = 2**20
_IN_MEMORY = 16 * MIB
_CHUNK = MIB
_MOST_FILES = 10_000  # that a folder may hold as assets

# What a compressed member may unpack to: so many bytes, and so many times its own. One that is stored is what it is.
_FREE = {CONFIG: 2 * MIB, WEIGHTS: 16 * MIB}
_FREE_ASSET = 2 * MIB
_RATIO = 20

_HEADER, _LENGTHS = 30, (26, 28)  # of a member in a zip file: its bytes, and where the lengths of what follows stand


class Members(Protocol):
    """Named parts to read."""

    path: str

    def names(self) -> list[str]:
        """The names of all, with `/` between folders."""

    def open(self, name: str) -> IO[bytes]:
        """One of them."""

    def limit(self, name: str) -> int:
        """How many bytes one may have, whatever size it claims."""

    def size(self, name: str) -> int:
        """How many bytes one claims to have."""

    def plain(self, name: str) -> Any:
        """One as a file that can be read from any place; `None` if it must be unpacked for that."""


class _Zip:
    def __init__(self, file: IO[bytes], archive: zipfile.ZipFile, path: str):
        self.file, self.archive, self.path = file, archive, path

    def names(self) -> list[str]:
        return self.archive.namelist()

    def open(self, name: str) -> IO[bytes]:
        return self.archive.open(name)

    def limit(self, name: str) -> int:
        member = self.archive.getinfo(name)
        packed = min(member.compress_size, os.path.getsize(self.path))  # what it claims may be false
        if member.compress_type == zipfile.ZIP_STORED:
            return packed
        return _FREE.get(name, _FREE_ASSET) + _RATIO * packed

    def size(self, name: str) -> int:
        return self.archive.getinfo(name).file_size

    def plain(self, name: str) -> Any:
        member = self.archive.getinfo(name)
        if member.compress_type != zipfile.ZIP_STORED:
            return None
        size = copy(self, name, None)
        self.file.seek(member.header_offset)
        header = self.file.read(_HEADER)
        lengths = (int.from_bytes(header[i : i + 2], "little") for i in _LENGTHS)
        return Window(self.file, member.header_offset + _HEADER + sum(lengths), size)


class _Folder:
    def __init__(self, path: str):
        self.path = path

    def names(self) -> list[str]:
        found = [name for name in (METADATA, CONFIG, WEIGHTS) if os.path.lexists(os.path.join(self.path, name))]
        for folder, _, names in os.walk(os.path.join(self.path, ASSETS)):
            found += [os.path.relpath(os.path.join(folder, name), self.path).replace(os.sep, "/") for name in names]
            if len(found) > _MOST_FILES:
                raise ValueError(f"`{self.path}` holds more than {_MOST_FILES} files: that is refused.")
        return found

    def open(self, name: str) -> IO[bytes]:
        return open(self._file(name), "rb")

    def limit(self, name: str) -> int:
        return self.size(name)

    def size(self, name: str) -> int:
        return os.path.getsize(self._file(name))

    def plain(self, name: str) -> Any:
        return self.open(name)

    def _file(self, name: str) -> str:
        """The path of one, if it is a plain file: a link leads elsewhere, and a pipe never ends."""
        path = os.path.join(self.path, *name.split("/"))
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise ValueError(f"`{name}` in `{self.path}` is no plain file: links and devices are refused.")
        return path


@contextmanager
def opened(path: str) -> Iterator[Members]:
    """The members of the model at `path`, a zip file or a folder, their names checked.

    Raises:
        ValueError: when it is no zip file, is damaged, or has suspicious members.
    """
    if os.path.isdir(path):
        yield _Folder(path)
        return
    try:
        with open(path, "rb") as file, zipfile.ZipFile(file) as archive:
            _check_names(archive.namelist(), path)
            yield _Zip(file, archive, path)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError) as error:
        what = f"`{path}` is not a `.keras` file (a zip archive), or it is damaged ({error})."
        raise ValueError(what + forms.what_else(path)) from error


def _check_names(names: list[str], path: str) -> None:
    for name in names:
        if files.leads_outside(name):
            raise ValueError(f"`{path}` holds a member that would lie outside of it: {name!r}.")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"`{path}` holds two members with the name {twice!r}.")


def copy(members: Members, name: str, target: IO[bytes] | None) -> int:
    """Unpack a member, but never more than is allowed, whatever size it claims; how many bytes it has.

    Without a target, it is looked at: whether it is whole.
    """
    size, limit = 0, members.limit(name)
    try:
        with members.open(name) as member:
            while chunk := member.read(_CHUNK):
                size += len(chunk)
                if size > limit:
                    raise ValueError(
                        f"`{name}` in `{members.path}` unpacks to more than {limit / MIB:.0f} MiB: that is refused."
                    )
                if target is not None:
                    target.write(chunk)
    except (RuntimeError, OSError) as error:  # encrypted, or cut off
        raise ValueError(f"`{name}` in `{members.path}` cannot be read ({error}).") from error
    except Exception as error:
        if type(error).__module__ == "zlib" or type(error).__name__ in ("error", "LZMAError"):
            raise ValueError(f"`{name}` in `{members.path}` is damaged ({error}).") from error
        raise
    return size


@contextmanager
def unpacked(members: Members, name: str) -> Iterator[Any]:
    """A member as a file that can be read from any place: in the archive, where it is not packed."""
    plain = members.plain(name)
    if plain is not None:
        with closing(plain):
            yield plain
            getattr(plain, "check", lambda: None)()
        return
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        copy(members, name, file)
        file.seek(0)
        yield file


class Target(Protocol):
    """Where the members of a model are written."""

    def add(self, name: str, content: bytes) -> None:
        """A member of a few bytes."""

    def place(self, name: str, file: str) -> None:
        """A member that is a file elsewhere."""

    def new(self, name: str) -> AbstractContextManager[Any]:
        """A member to be written at any place of it."""


class _ZipTarget:
    def __init__(self, file: IO[bytes], archive: zipfile.ZipFile):
        self.file, self.archive = file, archive

    def add(self, name: str, content: bytes) -> None:
        self.archive.writestr(name, content)

    def place(self, name: str, file: str) -> None:
        self.archive.write(file, name)

    @contextmanager
    def new(self, name: str) -> Iterator[Any]:
        """It is written where it belongs; then its bytes go through the archive once more, which counts them."""
        with self.archive.open(name, "w", force_zip64=True) as member:
            start = self.file.tell()
            window = Window(self.file, start)
            yield window
            window.check()
            for at in range(0, window.size(), _CHUNK):
                window.seek(at)
                chunk = window.read(_CHUNK)
                self.file.seek(start + at)
                member.write(chunk)


class _FolderTarget:
    def __init__(self, path: str):
        self.path = path

    @contextmanager
    def new(self, name: str) -> Iterator[Any]:
        path = os.path.join(self.path, *name.split("/"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "x+b") as file:
            yield file

    def add(self, name: str, content: bytes) -> None:
        with self.new(name) as file:
            file.write(content)

    def place(self, name: str, file: str) -> None:
        with open(file, "rb") as source, self.new(name) as target:
            shutil.copyfileobj(source, target, _CHUNK)


@contextmanager
def written(path: str, zipped: bool) -> Iterator[Target]:
    """What takes the place of the file or folder at `path` once the body has written all of it."""
    if zipped:
        with replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            yield _ZipTarget(file, archive)
    else:
        with replacing_folder(path) as folder:
            yield _FolderTarget(folder)
