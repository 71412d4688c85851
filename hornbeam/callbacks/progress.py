"""`Progress`: how a run is going, on a terminal, in a notebook or in a log file."""

from __future__ import annotations

import math
import os
import shutil
import sys
import threading
import time
import weakref
from typing import Any, TextIO

import numpy as np

from hornbeam.callbacks.base import as_floats
from hornbeam.core.console import is_notebook, is_terminal
from hornbeam.core.settings import is_interactive_logging_enabled

INTERVAL = 0.1  # seconds between two drawings, at least
SHARE = 0.02  # of the time, at most, is spent drawing
KEPT = 1.0  # an epoch of this many seconds keeps its own line in a notebook
BAR = 20  # characters
NUMBERS = 4  # of a metric that has many, such as one for each class

_SHOWN = (float, int, str, np.ndarray)


def resolve_verbose(verbose: Any = "auto", kind: str = "fit", stream: TextIO | None = None) -> int:
    """0 for silence, 1 for a live line, 2 for one line per epoch.

    "auto" is 1 on a terminal and in a notebook, and 2 where the output goes to a file or a pipe; a prediction is silent
    there.

    Args:
        verbose: 0, 1, 2, a boolean or "auto".
        kind: "fit", "evaluate" or "predict".
        stream: where the output goes; standard output by default.

    Raises:
        ValueError: for another value.
    """
    if verbose == "auto" or verbose is None:
        if not is_interactive_logging_enabled():
            return 2
        if is_notebook() or is_terminal(stream or sys.stdout):
            return 1
        return 0 if kind == "predict" else 2
    if verbose not in (0, 1, 2):
        raise ValueError(f'`verbose` must be 0, 1, 2 or "auto". Received: verbose={verbose!r}.')
    return int(verbose)


class Progress:
    """Draws one run: call `epoch_begin`, then `update` as often as you like, then `epoch_end`; at last `close`.

    A call of `update` returns at once unless it is time to draw: every 0.1 s at most, and so seldom that drawing takes
    no more than 2 % of the time. Only then are the numbers asked for.

    Args:
        verbose: 0, 1 or 2; see `resolve_verbose`. A live line needs a terminal or a notebook: elsewhere 1 means 2, and
            so it does while a run of another thread has one.
        epochs: how many there will be; `None` for an evaluation or a prediction, which have no title.
        steps: how many an epoch has; `None` while that is unknown.
        stream: where to write; standard output by default.
        delay: seconds before a live line is first drawn; a run that ends earlier draws nothing.

    >>> progress = Progress(verbose=2, epochs=2, steps=8)
    >>> progress.epoch_begin(0)
    >>> progress.update(4, {"loss": 0.5})
    >>> progress.epoch_end(0, {"loss": 0.25})
    Epoch 1/2 - 8/8 - ... - loss: 0.2500
    """

    def __init__(
        self,
        verbose: Any = "auto",
        epochs: int | None = None,
        steps: int | None = None,
        stream: TextIO | None = None,
        delay: float = 0.0,
        unit: str = "step",
    ):
        self.stream = stream or sys.stdout
        self.verbose = resolve_verbose(verbose, stream=self.stream)
        self.epochs, self.steps, self.delay, self.unit = epochs, steps, delay, unit
        self.notebook = is_notebook()
        self.thread = threading.get_ident()
        self.live = self.verbose == 1 and (self.notebook or is_terminal(self.stream)) and self._is_first()
        self.colour = self.live and not self.notebook and not os.environ.get("NO_COLOR")
        self.full, self.empty = ("━", "─") if _can_write("━─", self.stream) else ("=", ".")
        self._begun = time.perf_counter()
        self._started = self._begun  # of the epoch
        self._due = math.inf  # when to draw next
        self._drawn = 0  # characters of the live line
        self._epoch = self._step = 0
        self._logs: Any = None

    def _is_first(self) -> bool:
        """Whether no other thread has a live line on this stream: there is one, and the others write whole lines."""
        with _lock:
            taken = any(other.stream is self.stream and other.thread != self.thread for other in _live)
            if not taken:
                _live.add(self)
        return not taken

    def epoch_begin(self, epoch: int = 0) -> None:
        """Start the clock of an epoch; the first is 0."""
        self._epoch, self._step, self._logs = epoch, 0, None
        self._started = time.perf_counter()
        if not self.live:
            return
        self._due = max(self._started + INTERVAL, self._begun + self.delay)
        if self.epochs is not None and not self.notebook:
            self._write(f"Epoch {epoch + 1}/{self.epochs}\n")

    def update(self, step: int, logs: Any = None) -> None:
        """Say that `step` steps of the epoch are done.

        Args:
            step: counted from the epoch's beginning.
            logs: a dictionary of numbers, or a function without arguments that gives it.
        """
        self._step = step
        if time.perf_counter() >= self._due:
            self._draw(step, as_floats(logs))  # may wait for the engine: not counted, the work has to be done anyway

    def epoch_end(self, epoch: int = 0, logs: Any = None) -> None:
        """Draw the epoch's last state, with all of its numbers.

        Args:
            epoch: the first is 0.
            logs: a dictionary of numbers, or a function without arguments that gives it.
        """
        now = time.perf_counter()
        self._due = math.inf
        if self.steps is None:
            self.steps = self._step or None
        if not self.verbose or now - self._begun < self.delay:
            return
        if not self.live:
            self._write(self._line(logs, now) + "\n")
        elif self._may_be_overwritten(epoch, now):
            self._logs = logs
            if now >= self._next_overwrite:
                self._draw(self.steps or 0, as_floats(logs))
                self._due = math.inf
        else:
            self._finish(as_floats(logs), now)

    def close(self) -> None:
        """End the live line, if one is open: the run is over, or was interrupted."""
        _live.discard(self)
        self._due = math.inf
        if self._logs is not None:
            self._finish(as_floats(self._logs), time.perf_counter())
        elif self._drawn:
            self._write("\n")
            self._drawn = 0

    _next_overwrite = 0.0

    def _may_be_overwritten(self, epoch: int, now: float) -> bool:
        """In a notebook, quick epochs share one line."""
        return self.notebook and self.epochs is not None and epoch + 1 < self.epochs and now - self._started < KEPT

    def _draw(self, step: int, logs: dict[str, Any]) -> None:
        start = time.perf_counter()
        in_order = dict(sorted(logs.items()))  # as at the end of the epoch
        self._show(_fit(self._parts(step, in_order, start), self._width()))
        now = time.perf_counter()
        self._due = self._next_overwrite = now + max(INTERVAL, (now - start) / SHARE)

    def _finish(self, logs: dict[str, Any], now: float) -> None:
        head, bar, tail = self._parts(self.steps or self._step, logs, now, ended=True)
        self._show((head, bar, tail))
        self._write("\n")
        self._drawn, self._logs = 0, None

    def _parts(self, step: int, logs: dict[str, Any], now: float, ended: bool = False) -> tuple[str, str, list[str]]:
        """What comes before the bar, the bar, and what comes after it."""
        elapsed = now - self._started
        title = f"Epoch {self._epoch + 1}/{self.epochs} " if self.notebook and self.epochs is not None else ""
        if self.steps:
            done = min(step / self.steps, 1.0)
            head = f"{step:>{len(str(self.steps))}}/{self.steps}"
            bar = self.full * round(BAR * done)
            bar += self.empty * (BAR - len(bar))
        else:
            done, head, bar = 1.0, f"{step}/Unknown", ""
        per_step = elapsed / max(step, 1)
        seconds = elapsed if ended or not self.steps else per_step * (self.steps - step)
        timing = f"{_duration(seconds)} {_per_step(per_step)}/{self.unit}"
        return title + head, bar, [timing, *_numbers(logs)]

    def _line(self, logs: Any, now: float) -> str:
        """The one line of an epoch where nothing can be overwritten."""
        elapsed = now - self._started
        steps = self.steps or self._step
        title = [f"Epoch {self._epoch + 1}/{self.epochs}"] if self.epochs is not None else []
        timing = [f"{_duration(elapsed)} {_per_step(elapsed / max(steps, 1))}/{self.unit}"]
        return " - ".join([*title, f"{steps}/{steps}", *timing, *_numbers(as_floats(logs))])

    def _show(self, parts: tuple[str, str, list[str]]) -> None:
        head, bar, tail = parts
        line = " ".join(part for part in (head, bar, " - ".join(tail)) if part)
        blanks = " " * (self._drawn - len(line))
        self._drawn = len(line)
        if self.colour and bar:
            line = line.replace(bar, f"\x1b[32m{bar.rstrip(self.empty)}\x1b[0m{self.empty * bar.count(self.empty)}", 1)
        self._write(f"\r{line}{blanks}")

    def _width(self) -> int:
        return 120 if self.notebook else shutil.get_terminal_size().columns - 1

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()


_live: weakref.WeakSet[Progress] = weakref.WeakSet()
_lock = threading.Lock()


def _fit(parts: tuple[str, str, list[str]], width: int) -> tuple[str, str, list[str]]:
    """What of the parts fits into `width` characters: the time, the loss, other numbers; if none does, no bar."""
    head, bar, tail = parts
    by_weight = sorted(tail[1:], key=lambda number: not number.startswith("loss: "))

    def fits(bar: str, tail: list[str]) -> bool:
        return len(" ".join(part for part in (head, bar, " - ".join(tail)) if part)) <= width

    def kept(bar: str) -> list[str]:
        found: list[str] = []
        for part in [*tail[:1], *by_weight]:
            found += [part] if fits(bar, [*found, part]) else []
        return [part for part in tail if part in found]

    if len(kept(bar)) < min(len(tail), 2):
        bar = ""
    return head[:width], bar, kept(bar)


def _numbers(logs: dict[str, Any]) -> list[str]:
    return [f"{name}: {_number(value)}" for name, value in logs.items() if isinstance(value, _SHOWN)]


def _number(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, np.ndarray):
        return _vector(value.reshape(-1))
    return f"{value:.4f}" if value == 0 or abs(value) > 1e-3 or not math.isfinite(value) else f"{value:.4e}"


def _vector(values: np.ndarray) -> str:
    """All of a few numbers; of many the first, and how many there are."""
    shown = ", ".join(_number(float(value)) for value in values[:NUMBERS])
    return f"[{shown}{f', ... {len(values)} numbers' if len(values) > NUMBERS else ''}]"


def _duration(seconds: float) -> str:
    """As Keras writes it: `7s`, `1:23`, `2:05:00`."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole}s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes}:{rest:02d}" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def _per_step(seconds: float) -> str:
    if seconds >= 1 or seconds == 0:
        return f"{seconds:.0f}s"
    return f"{seconds * 1e3:.0f}ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f}us"


def _can_write(text: str, stream: Any) -> bool:
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
