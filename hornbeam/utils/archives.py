"""`unpack`: the files of a zip or tar archive in a new folder, or nothing when one of its members is suspicious.

Members are regular files and folders with relative names. Links and devices are refused, so no name leads anywhere
else; sizes are counted while they are read, whatever the archive says.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import IO, Any, NamedTuple

from hornbeam.saving.files import leads_outside

_MIB = 2**20
_MOST_MEMBERS = 2**20
_MOST_AT_ONCE = 16 * _MIB  # a tar file's longest header
_FREE, _PER_BYTE = 1024 * _MIB, 100  # what an archive may unpack to: so much, and a hundred times its own size


class _Member(NamedTuple):
    name: str
    problem: str | None
    is_folder: bool
    open: Callable[[], IO[bytes] | None]


def unpack(path: str, folder: str, kind: str = "auto") -> bool:
    """Unpack the archive at `path` as `folder`, which appears once it is complete, in place of an older one.

    Args:
        path: the archive.
        folder: what it becomes.
        kind: "tar", "zip", or "auto" to try both.

    Returns:
        Whether it is such an archive; if not, nothing was done.

    Raises:
        ValueError: when the archive is damaged, or a member is a link, a device, lies outside, or is far too large.
    """
    with ExitStack() as stack:
        budget = _Budget(path)
        try:
            members = _members(stack, path, kind, budget)
            if members is None:
                return False
            _check(members, path)
            temporary = stack.enter_context(tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(folder))))
            _write(members, temporary, budget)
        except ValueError:
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno is not None:  # of this machine's disk
                raise
            raise ValueError(f"The archive `{path}` is damaged ({error}).") from error
        shutil.rmtree(folder, ignore_errors=True)
        os.rename(os.path.join(temporary, "all"), folder)
    return True


def _members(stack: ExitStack, path: str, kind: str, budget: _Budget) -> list[_Member] | None:
    if kind in ("zip", "auto") and zipfile.is_zipfile(path):
        return list(_of_zip(stack.enter_context(zipfile.ZipFile(path)), budget))
    if kind in ("tar", "auto"):
        return _of_tar(stack, path, budget)
    return None


def _of_zip(archive: zipfile.ZipFile, budget: _Budget) -> Iterator[_Member]:
    for info in archive.infolist():
        type_of_file = info.external_attr >> 28  # 0 where the archive does not say
        is_plain = type_of_file in (0, 4, 8)
        problem = None if is_plain else "is a link or a device"
        budget.count()
        yield _Member(info.filename, problem, info.is_dir(), lambda info=info: archive.open(info))  # type: ignore[misc]


def _of_tar(stack: ExitStack, path: str, budget: _Budget) -> list[_Member] | None:
    import tarfile

    stream: Any = _Watched(stack.enter_context(_decompressed(path)), budget)
    try:
        archive = stack.enter_context(tarfile.open(fileobj=stream, mode="r:"))  # noqa: SIM115
    except (tarfile.TarError, EOFError, OSError, RuntimeError):
        return None
    members = []
    for info in archive:
        is_file = info.type in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE) and not info.issparse()
        problem = None if is_file or info.isdir() else "is a link or a device"
        budget.count()
        members.append(_Member(info.name, problem, info.isdir(), lambda info=info: archive.extractfile(info)))  # type: ignore[misc]
    budget.used = 0  # the names were read; now come the files
    return members


def _decompressed(path: str) -> Any:
    """The bytes of a tar file, whatever they are compressed with; what is none is read as it is."""
    with open(path, "rb") as file:
        start = file.read(6)
    for mark, opener in ((b"\x1f\x8b", gzip.open), (b"BZh", bz2.open), (b"\xfd7zXZ", lzma.open)):
        if start.startswith(mark):
            return opener(path, "rb")
    return open(path, "rb")


def _check(members: list[_Member], path: str) -> None:
    seen = set()
    for member in members:
        plain = os.path.normpath(member.name)
        problem = member.problem or ("lies outside" if leads_outside(member.name) else None)
        if problem is None and not member.is_folder and plain in seen:
            problem = "comes twice"
        if problem:
            raise ValueError(
                f"The archive `{path}` is refused, and nothing of it was unpacked: its member {member.name!r} "
                f"{problem}; unpack it yourself if you trust where it comes from."
            )
        seen.add(plain)


def _write(members: list[_Member], temporary: str, budget: _Budget) -> None:
    root = os.path.join(temporary, "all")
    os.mkdir(root)
    for member in members:
        target = os.path.join(root, *member.name.split("/"))
        if member.is_folder:
            os.makedirs(target, exist_ok=True)
            continue
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "xb") as file:
            _copy(member, file, budget)


def _copy(member: _Member, file: IO[bytes], budget: _Budget) -> None:
    source = member.open()
    if source is not None:
        with source:
            while chunk := source.read(_MIB):
                budget.spend(len(chunk))
                file.write(chunk)


class _Budget:
    """What an archive may still unpack to."""

    def __init__(self, path: str):
        self.path, self.limit = path, _FREE + _PER_BYTE * os.path.getsize(path)
        self.used = self.members = 0

    def spend(self, size: int) -> None:
        self.used += size
        if self.used > self.limit:
            raise ValueError(
                f"The archive `{self.path}` unpacks to more than {self.limit / _MIB:,.0f} MiB: it is refused."
            )

    def count(self) -> None:
        self.members += 1
        if self.members > _MOST_MEMBERS:
            raise ValueError(f"The archive `{self.path}` has more than {_MOST_MEMBERS:,} members: it is refused.")


class _Watched:
    """A stream for `tarfile`, which reads a header as long as the header says."""

    def __init__(self, stream: Any, budget: _Budget):
        self.stream, self.budget = stream, budget

    def read(self, size: int) -> Any:
        if size > _MOST_AT_ONCE:
            raise ValueError(f"The archive `{self.budget.path}` has a header of {size / _MIB:,.0f} MiB: it is refused.")
        return self.stream.read(size)

    def seek(self, position: int) -> Any:
        self.budget.used = max(self.budget.used, position)  # what is skipped is unpacked all the same
        self.budget.spend(0)
        return self.stream.seek(position)

    def tell(self) -> Any:
        return self.stream.tell()
