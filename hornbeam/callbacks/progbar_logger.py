"""`ProgbarLogger`: the progress of a run as a callback, for loops that draw none themselves."""

from __future__ import annotations

from typing import Any

from hornbeam.callbacks.base import Callback, Logs
from hornbeam.callbacks.progress import Progress


class ProgbarLogger(Callback):
    """Draws a run from its hooks. `fit`, `evaluate` and `predict` need none: they draw their own with `verbose=1`.

    Args:
        count_mode, stateful_metrics: accepted for code written for Keras 2, without effect: an epoch is counted in
            steps and metrics average themselves.
    """

    _progress: Progress | None = None
    _done = 0

    def __init__(self, count_mode: str = "steps", stateful_metrics: Any = None):
        self.count_mode = count_mode
        self.stateful_metrics = stateful_metrics

    def on_train_begin(self, logs: Logs | None = None) -> None:
        params = self.params or {}
        self._progress = Progress(params.get("verbose", 1), params.get("epochs", 1), params.get("steps"))

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        if self._progress is not None:
            self._progress.epoch_begin(epoch)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        if self._progress is not None:
            self._progress.update(batch + 1, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if self._progress is not None:
            self._progress.epoch_end(epoch, logs)

    def on_train_end(self, logs: Logs | None = None) -> None:
        if self._progress is not None:
            self._progress.close()
        self._progress = None
