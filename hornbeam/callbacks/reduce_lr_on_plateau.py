"""`ReduceLROnPlateau`: smaller steps when a number no longer gets better."""

from __future__ import annotations

import numpy as np

from hornbeam.callbacks import learning_rate
from hornbeam.callbacks.base import Logs
from hornbeam.callbacks.monitor import MonitorCallback


class ReduceLROnPlateau(MonitorCallback):
    """Multiplies the learning rate by `factor` when a number has not got better for `patience` epochs.

    The logs of each epoch say the rate, as `learning_rate`. With a `MultiOptimizer` the rates of all parts are
    multiplied, and the logs say `learning_rate_` and the part's name.

    Args:
        monitor: the name of the number.
        factor: below 1.
        patience: how many epochs without an improvement are waited for.
        verbose: 1 to say what is set.
        mode: "min", "max", or "auto" to go by the metric or its name.
        min_delta: how much better counts as better.
        cooldown: how many epochs after a reduction do not count.
        min_lr: the lowest rate.

    Raises:
        ValueError: for a factor of 1 or more; when the run begins, if the optimizer's rate is a schedule; at the end of
            the first epoch, for a `monitor` that the run does not compute, with `mode="auto"`.

    >>> from hornbeam.callbacks import ReduceLROnPlateau
    >>> reduce = ReduceLROnPlateau("val_loss", factor=0.2, patience=5, min_lr=0.001)
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
    ):
        if not factor < 1.0:
            raise ValueError(f"`factor` of ReduceLROnPlateau must be below 1. Received: factor={factor!r}.")
        super().__init__(monitor, mode, min_delta)
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.cooldown = cooldown
        self.min_lr = min_lr
        self._reset()

    def _reset(self) -> None:
        self.best: float | None = None
        self.wait = self.cooldown_counter = 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        learning_rate.settable(self)
        self._reset()

    def in_cooldown(self) -> bool:
        """Whether a reduction was so recent that epochs do not count."""
        return self.cooldown_counter > 0

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        value = self.monitored(logs)
        if logs is not None:
            logs.update(learning_rate.rates(self.model))
        if value is None:
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self.improved(value, self.best):
            self.best = value
            self.wait = 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience:
                self._reduce(epoch)

    def _reduce(self, epoch: int) -> None:
        high = {
            name: optimizer
            for name, optimizer in learning_rate.rated(self.model).items()
            if float(optimizer.learning_rate) > np.float32(self.min_lr)
        }
        if not high:
            return
        for name, optimizer in high.items():
            optimizer.learning_rate = rate = max(float(optimizer.learning_rate) * self.factor, self.min_lr)
            if self.verbose > 0:
                what = name.replace("_", " ", 2)
                print(f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing {what} to {rate}.")
        self.cooldown_counter = self.cooldown
        self.wait = 0
