"""The compilation cache on disk: on by default, trimmed to a size, switched off by `HORNBEAM_CACHE_DIR=off`."""

import atexit
import contextlib
import os
import pathlib
import sys
import tempfile
import time
import zlib

import jax

try:
    from jax._src import compilation_cache as _jax_cache  # where JAX makes its own, in a function of the path
    from jax._src.compilation_cache_interface import CacheInterface
except ImportError:
    _jax_cache, CacheInterface = None, object

_CACHE_BYTES = 512 * 2**20
_ENTRY, _UNFINISHED = ".xla", ".tmp"
_ABANDONED_SECONDS = 3600


class Entries(CacheInterface):
    """Compiled programs by key, one file each, that any number of processes may read, write and remove.

    JAX's own cache writes in place: a reader can meet half an entry, which it reports and which stays. Here an entry
    appears whole, by renaming, and begins with a checksum; what fails it is removed and counts as absent. A folder
    that cannot be written and a full disk cost a compilation, nothing else.
    """

    def __init__(self, folder: str | os.PathLike):
        self._path = pathlib.Path(folder)  # JAX looks at this name

    def get(self, key: str) -> bytes | None:
        path = self._path / f"{key}{_ENTRY}"
        try:
            content = path.read_bytes()
        except OSError:
            return None
        value = content[4:]
        is_whole = content[:4] == _checksum(value)
        with contextlib.suppress(OSError):  # the time of use, whatever the file system's own habit: `_trim` goes by it
            os.utime(path) if is_whole else path.unlink()
        return value if is_whole else None

    def put(self, key: str, value: bytes) -> None:
        path = self._path / f"{key}{_ENTRY}"
        unfinished = None
        try:
            handle, unfinished = tempfile.mkstemp(_UNFINISHED, dir=self._path)
            with os.fdopen(handle, "wb") as file:
                file.write(_checksum(value) + value)
            os.replace(unfinished, path)
        except OSError:
            if unfinished is not None:
                with contextlib.suppress(OSError):
                    os.unlink(unfinished)


def _checksum(content: bytes) -> bytes:
    return zlib.crc32(content).to_bytes(4, "big")


def cache_folder() -> pathlib.Path | None:
    """`$HORNBEAM_CACHE_DIR/jax`, or `hornbeam/jax` in the user's cache folder; None when switched off."""
    chosen = os.environ.get("HORNBEAM_CACHE_DIR")
    if chosen is not None:
        return None if chosen in ("", "0", "off") else pathlib.Path(chosen).expanduser() / "jax"
    if sys.platform == "win32" and os.environ.get("LOCALAPPDATA"):
        base = pathlib.Path(os.environ["LOCALAPPDATA"])
    elif sys.platform == "darwin":
        base = pathlib.Path("~/Library/Caches").expanduser()
    else:
        base = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    return base / "hornbeam" / "jax"


def _trim(folder: pathlib.Path) -> None:
    """Remove the entries that were used least recently until the rest fits, and what killed processes left."""
    files = []
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            with contextlib.suppress(OSError):  # another process may remove it, now and below
                files.append((entry.path, entry.stat()))
    excess = sum(stat.st_size for _, stat in files) - _CACHE_BYTES
    for path, stat in sorted(files, key=lambda item: item[1].st_mtime):
        is_abandoned = path.endswith(_UNFINISHED) and stat.st_mtime < time.time() - _ABANDONED_SECONDS
        if excess > 0 or is_abandoned:
            with contextlib.suppress(OSError):
                os.unlink(path)
            excess -= stat.st_size


def _take_over(folder: str) -> None:
    """Make JAX keep its entries for `folder` in `Entries`; a folder that the user chooses stays JAX's own business."""
    make = getattr(_jax_cache, "get_file_cache", None)
    if make is not None:
        _jax_cache.get_file_cache = lambda path: (Entries(path), path) if path == folder else make(path)


def configure() -> None:
    if jax.config.jax_compilation_cache_dir is not None:  # the user's own choice
        return
    try:
        folder = cache_folder()
        if folder is None:
            return
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # RuntimeError: no home folder
        return
    jax.config.update("jax_compilation_cache_dir", str(folder))
    _take_over(str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)
    # JAX's own size cap needs the package `filelock` and reads one file per entry at every write: trim at exit instead.
    atexit.register(_trim, folder)
