"""`ExperimentLogger`: what callbacks share that write a run's numbers to a tracker of experiments."""

from __future__ import annotations

import sys

import numpy as np

from hornbeam.callbacks import learning_rate
from hornbeam.callbacks.base import Callback, Logs
from hornbeam.core.integers import is_integer


class ExperimentLogger(Callback):
    """Base of loggers: define `write`, and `begin` and `end` if there is something to do then.

    Numbers are Python floats; a metric of several numbers gives `name_0`, `name_1`, ... The learning rate is among
    them, as `learning_rate`. A run that goes on in another process goes on counting batches.

    Args:
        log_freq: "epoch", or every how many batches numbers are written, too; "batch" for each.

    >>> class Printing(ExperimentLogger):
    ...     def write(self, numbers, kind, step):
    ...         print(kind, step, numbers)
    >>> Printing().on_epoch_end(0, {"loss": 0.5, "f1": np.array([0.25, 0.75])})
    epoch 0 {'loss': 0.5, 'f1_0': 0.25, 'f1_1': 0.75}
    """

    def __init__(self, log_freq: str | int = "epoch"):
        if log_freq not in ("epoch", "batch") and not is_integer(log_freq, 1):
            raise ValueError(
                f'`log_freq` must be "epoch", "batch" or a positive integer. Received: log_freq={log_freq!r}.'
            )
        self.log_freq = log_freq
        self._batches = self._written = 0
        self._last_batch = -1

    def begin(self, settings: Logs) -> None:
        """A run begins: its epochs and steps, the model's parameters, the optimizer and its settings."""

    def write(self, numbers: dict[str, float], kind: str, step: int) -> None:
        """Take the numbers of an "epoch", numbered from 0, or those so far after so many batches ("batch")."""
        raise NotImplementedError(f"`{type(self).__name__}` must define `write`, which takes the numbers.")

    def end(self, has_failed: bool) -> None:
        """A run ends, by an error or not."""

    def _implements_train_batch_hooks(self) -> bool:
        return self.log_freq != "epoch"

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._batches = self._written = 0
        self.begin(self._settings())

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._last_batch = -1

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._batches += batch - self._last_batch
        self._last_batch = batch
        if self._batches - self._written >= (1 if self.log_freq == "batch" else int(self.log_freq)):
            self._written = self._batches
            self.write(self._numbers(logs), "batch", self._batches)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self.write(self._numbers(logs), "epoch", epoch)

    def on_train_end(self, logs: Logs | None = None) -> None:
        self.end(sys.exc_info()[0] is not None)

    def _numbers(self, logs: Logs | None) -> dict[str, float]:
        found: dict[str, float] = {}
        for name, value in (logs or {}).items():
            numbers = np.asarray(value, "float64")
            several = {f"{name}_{i}": float(one) for i, one in enumerate(numbers.ravel())}
            found |= several if numbers.ndim else {name: float(numbers)}
        return found | learning_rate.rates(self.model)

    def _settings(self) -> Logs:
        params = self.params or {}
        optimizer = self.model.optimizer
        settings = {name: params.get(name) for name in ("epochs", "steps")}
        settings |= {"parameters": self.model.count_params(), "optimizer": type(optimizer).__name__}
        own = optimizer.get_config() if hasattr(optimizer, "get_config") else {}
        settings |= {f"optimizer_{name}": value for name, value in own.items()}
        return {name: value for name, value in settings.items() if isinstance(value, bool | int | float | str)}
