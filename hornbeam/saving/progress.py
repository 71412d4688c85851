"""`showing`: how far a large file is, on the terminal, once that takes a while."""

from __future__ import annotations

import glob
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from hornbeam.core import dtypes
from hornbeam.core.console import is_notebook, is_terminal
from hornbeam.core.running import running, under
from hornbeam.core.settings import is_interactive_logging_enabled
from hornbeam.saving.forms import SHARDS_SUFFIX

_QUIET = 2.0  # seconds before anything is shown
_EVERY = 0.2  # seconds between two lines
_MIB = 2**20
_SMALL = _MIB  # bytes that are not what takes the time


class Progress:
    """Counts bytes, and draws a line of them on standard error.

    Args:
        verb: what is done, "Saving".
        path: with which file.
        total: how many bytes there are.
    """

    def __init__(self, verb: str, path: str, total: int):
        self.verb, self.path, self.total, self.done = verb, path, max(total, 1), 0
        self.next = time.monotonic() + _QUIET
        self.is_shown = False
        self.is_live = is_notebook() or is_terminal(sys.stderr)  # a file gets the last line alone

    def add(self, count: int) -> None:
        """So many more bytes are done."""
        self.done += count
        now = time.monotonic()
        if now >= self.next and self.total >= _SMALL and is_interactive_logging_enabled():
            self.next, self.is_shown = now + _EVERY, True
            if self.is_live:
                print(f"\r{self._line()}", end="", file=sys.stderr, flush=True)

    def _line(self) -> str:
        """It fits into a line of the terminal, or it could not be drawn anew."""
        share = min(self.done / self.total, 1.0)
        around = f"{self.verb} ``: {share:4.0%} of {self.total / _MIB:,.0f} MiB"
        room = shutil.get_terminal_size().columns - 1 - len(around)
        fits = not self.is_live or len(self.path) <= room
        return around.replace("``", f"`{self.path if fits else '...' + self.path[min(3 - room, -1) :]}`")

    def finish(self) -> None:
        """All is done."""
        self.done = self.total

    def close(self) -> None:
        """Leave a whole line behind."""
        if self.is_shown:
            print("\r" * self.is_live + self._line(), file=sys.stderr, flush=True)


@contextmanager
def showing(verb: str, path: str, total: int) -> Iterator[None]:
    """Inside, `count` counts for this; what is shown within something that is shown counts for that."""
    if running.progress is not None:
        yield
        return
    progress = Progress(verb, path, total)
    try:
        with under(progress=progress):
            yield
        progress.finish()
    finally:
        progress.close()


def saving_shown(model: Any, path: str) -> AbstractContextManager[None]:
    """Inside, how far the saving of a model is shows once it takes a while."""
    optimizer = getattr(model, "optimizer", None)
    variables = [*model.weights, *(getattr(optimizer, "variables", None) or [])]
    total = sum(variable.size * dtypes.numpy_dtype(variable.dtype).itemsize for variable in variables)
    return showing("Saving", path, total)


def loading_shown(path: str) -> AbstractContextManager[None]:
    """Inside, how far the reading of a file, of a folder's weights, or of shards is shows once it takes a while."""
    parts = glob.glob(os.path.join(glob.escape(path), "*.h5")) if os.path.isdir(path) else [path]
    if path.endswith(SHARDS_SUFFIX):
        parts = glob.glob(glob.escape(path.removesuffix(SHARDS_SUFFIX)) + "_*.h5")
    return showing("Loading", path, sum(os.path.getsize(part) for part in parts))


def count(size: int) -> None:
    """So many bytes were written or read."""
    if running.progress is not None:
        running.progress.add(size)
