"""The compilation cache on disk: on by default, trimmed to a size, switched off by `HORNBEAM_CACHE_DIR=off`."""

import atexit
import contextlib
import os
import pathlib
import sys

import jax

_CACHE_BYTES = 512 * 2**20


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
    """Remove the entries that were used least recently until the rest fits."""
    with contextlib.suppress(OSError):
        stats = [(entry.path, entry.stat()) for entry in os.scandir(folder) if entry.is_file()]
        excess = sum(s.st_size for _, s in stats) - _CACHE_BYTES
        for path, s in sorted(stats, key=lambda item: max(item[1].st_atime, item[1].st_mtime)):
            if excess <= 0:
                break
            os.unlink(path)
            excess -= s.st_size


def configure() -> None:
    if jax.config.jax_compilation_cache_dir is not None:  # the user's own choice
        return
    try:
        folder = cache_folder()
        if folder is None:
            return
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            return
    except (OSError, RuntimeError):  # RuntimeError: no home folder
        return
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)
    # JAX's own size cap needs the package `filelock` and reads one file per entry at every write: trim at exit instead.
    atexit.register(_trim, folder)
