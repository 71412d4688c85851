"""`EarlyStopping`: end a run that no longer gets better."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam.callbacks.base import Logs
from hornbeam.callbacks.monitor import MonitorCallback
from hornbeam.core import tree
from hornbeam.core.integers import check_count


class EarlyStopping(MonitorCallback):
    """Stops the run when a number has not got better for `patience` epochs.

    Args:
        monitor: the name of the number.
        min_delta: how much better counts as better.
        patience: how many epochs without an improvement are waited for.
        verbose: 1 to say when it stops and what it restores.
        mode: "min", "max", or "auto" to go by the metric or its name.
        baseline: a value that must be reached within `patience` epochs.
        restore_best_weights: whether the model gets the weights of its best epoch when the run ends, however it ends.
        start_from_epoch: the first epoch that counts.

    Attributes:
        best: the best value, at the end of epoch `best_epoch`.
        stopped_epoch: the epoch that it stopped after; 0 if it did not.

    Raises:
        ValueError: at the end of the first epoch, for a `monitor` that the run does not compute, with `mode="auto"`.

    >>> from hornbeam.callbacks import EarlyStopping
    >>> stopping = EarlyStopping("val_loss", patience=5, restore_best_weights=True)
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ):
        super().__init__(monitor, mode, min_delta)
        check_count("patience", patience)
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch
        self._reset()

    def _reset(self) -> None:
        self.best: float | None = None
        self.best_epoch = self.stopped_epoch = self.wait = 0
        self.best_weights: Any = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._reset()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        value = self.get_monitor_value(logs)
        if value is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self._remember(epoch)
        self.wait += 1
        if self.improved(value, self.best):
            self.best = value
            self._remember(epoch)
            if self.baseline is None or self.improved(value, self.baseline):
                self.wait = 0
        elif self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def _remember(self, epoch: int) -> None:
        self.best_epoch = epoch
        if self.restore_best_weights:
            self.best_weights = tree.map(np.array, self.model.get_weights())  # copies: what they lie in may change

    def on_train_end(self, logs: Logs | None = None) -> None:
        if self.stopped_epoch > 0 and self.verbose > 0:
            print(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose > 0:
                print(f"Restoring model weights from the end of the best epoch: {self.best_epoch + 1}.")
            self.model.set_weights(self.best_weights)

    def get_monitor_value(self, logs: Logs | None) -> float | None:
        """The watched number among `logs`."""
        return self.monitored(logs)
