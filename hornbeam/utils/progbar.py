"""`Progbar`: a progress bar for loops of your own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.callbacks.progress import Progress


class Progbar:
    """A progress bar for loops of your own.

    Args:
        target: how many steps there will be; `None` if unknown.
        width, interval: accepted for code written for Keras; the bar fits its width and its pace to where it is shown.
        verbose: 0 for nothing, 1 for a live line (one line at the end, where the output is a file), 2 for one line.
        stateful_metrics: names of values that are shown as they are; others are averaged over the steps.
        stateless_metrics: instead of these, the names of values that are averaged; others are shown as they are.
        unit_name: what a step is called.

    >>> bar = Progbar(2, verbose=2)
    >>> bar.add(1, [("loss", 1.0)])
    >>> bar.add(1, [("loss", 0.0)])
    2/2 - ... - loss: 0.5000
    """

    def __init__(
        self,
        target: int | None,
        width: int = 20,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Iterable[str] | None = None,
        stateless_metrics: Iterable[str] | None = None,
        unit_name: str = "step",
    ):
        if stateful_metrics is not None and stateless_metrics is not None:
            raise ValueError(
                "`Progbar` takes `stateful_metrics` or `stateless_metrics`, as each says what the others are. "
                f"Received: {stateful_metrics!r} and {stateless_metrics!r}."
            )
        self.target = target
        self.stateful_metrics = set(stateful_metrics or ())
        self.stateless_metrics = None if stateless_metrics is None else set(stateless_metrics)
        self._sums: dict[str, tuple[float, int]] = {}
        self._seen = 0
        self._progress = Progress(verbose, steps=target, unit=unit_name)
        self._progress.epoch_begin()

    def update(self, current: int, values: Any = None, finalize: bool | None = None) -> None:
        """Say that `current` steps are done.

        Args:
            current: counted from the beginning.
            values: pairs of a name and a number, or numbers, of which the mean is shown.
            finalize: whether this is the end; by default when `current` reaches the target.
        """
        steps = max(current - self._seen, 0)
        self._seen = current
        for name, value in values.items() if isinstance(values, dict) else values or ():
            total, count = self._sums.get(name, (0.0, 0))
            shown = (float(np.mean(engine.to_numpy(value) if engine.is_tensor(value) else value)), 1)
            self._sums[name] = shown if self._is_stateful(name) else (total + shown[0] * steps, count + steps)
        logs = {name: total / max(count, 1) for name, (total, count) in self._sums.items()}
        self._progress.update(current, logs)
        if (self.target is not None and current >= self.target) if finalize is None else finalize:
            self._progress.epoch_end(logs=logs)

    def _is_stateful(self, name: str) -> bool:
        return name in self.stateful_metrics if self.stateless_metrics is None else name not in self.stateless_metrics

    def add(self, n: int, values: Any = None) -> None:
        """Say that `n` more steps are done."""
        self.update(self._seen + n, values)
