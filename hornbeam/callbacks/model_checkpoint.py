"""`ModelCheckpoint`: save the model while it trains."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from hornbeam.callbacks.base import Logs
from hornbeam.callbacks.finite_only import is_spoiled
from hornbeam.callbacks.monitor import MonitorCallback
from hornbeam.core.integers import is_integer
from hornbeam.core.renaming.results import Results


class UnknownLogError(KeyError, ValueError):
    """A file's name has the name of a number that the run does not compute."""

    __str__ = Exception.__str__  # a KeyError shows the quotes of its message


class ModelCheckpoint(MonitorCallback):
    """Saves the model, or its weights, after each epoch or each so many batches.

    Args:
        filepath: where, as `save` or `save_weights` take it; may hold the epoch's number and its numbers by name, as in
            "{epoch:02d}-{val_loss:.2f}.keras". Folders are made as needed.
        monitor: the number that says which model is best.
        verbose: 1 to say what is saved.
        save_best_only: whether only a model better than all before it is saved.
        save_weights_only: whether the weights are saved, with `save_weights`, instead of the model.
        mode: "min", "max", or "auto" to go by the metric or its name.
        save_freq: "epoch", or every how many batches.
        initial_value_threshold: the value that the first model must be better than.
        period: with `save_freq="epoch"`, every how many epochs.
        allow_nonfinite: whether weights that have become NaN or infinite are saved; by default they are not, with a
            warning, and the file keeps those before.

    With `mode="min"` or "max", a run that never computes `monitor` saves every model, with a warning.

    Raises:
        ValueError: if only the best is saved, at the end of the first epoch, for a `monitor` that the run does not
            compute, with `mode="auto"`.
        KeyError: for a name in `filepath` that is no number of the run (a `ValueError`, too).

    >>> from hornbeam.callbacks import ModelCheckpoint
    >>> checkpoint = ModelCheckpoint("best.keras", save_best_only=True)
    """

    def __init__(
        self,
        filepath: Any,
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: str | int = "epoch",
        initial_value_threshold: float | None = None,
        period: int = 1,
        allow_nonfinite: bool = False,
    ):
        super().__init__(monitor, mode)
        self.filepath = os.fspath(filepath)
        if save_freq != "epoch" and not is_integer(save_freq, 1):
            raise ValueError(f'`save_freq` must be "epoch" or a positive integer. Received: save_freq={save_freq!r}.')
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.save_freq = save_freq
        self.period = period
        self.allow_nonfinite = allow_nonfinite
        self.best = initial_value_threshold
        self._epoch = 0
        self._unsaved = 0  # epochs or batches since the last one was saved
        self._last_batch = -1

    def _implements_train_batch_hooks(self) -> bool:
        return self.save_freq != "epoch"

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._epoch, self._last_batch = epoch, -1

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        if self.save_freq == "epoch":
            return
        self._unsaved += batch - self._last_batch
        self._last_batch = batch
        if self._unsaved >= int(self.save_freq):
            self._unsaved = 0
            self._save(self._epoch, batch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if self.save_freq != "epoch":
            return
        self._unsaved += 1
        if self._unsaved >= self.period:
            self._unsaved = 0
            self._save(epoch, None, logs)

    def _save(self, epoch: int, batch: int | None, logs: Logs | None) -> None:
        if not self.save_best_only:
            self._write(self._path(epoch, batch, logs), f"Epoch {epoch + 1}: saving model")
            return
        value = self.monitored(logs)
        if value is None:
            if self._warned:  # it will never be known which is best
                self._write(self._path(epoch, batch, logs), f"Epoch {epoch + 1}: saving model")
            return
        before = None if self.best is None else f"{self.best:.5f}"
        if self.improved(value, self.best):
            self.best = value
            said = f"Epoch {epoch + 1}: {self.monitor} improved from {before} to {value:.5f}, saving model"
            self._write(self._path(epoch, batch, logs), said)
        elif self.verbose > 0:
            print(f"\nEpoch {epoch + 1}: {self.monitor} did not improve from {before}: it is {value:.5f}")

    def _write(self, path: str, said: str) -> None:
        if not self.allow_nonfinite and is_spoiled(self.model, path):
            return
        if self.verbose > 0:
            print(f"\n{said} to {path}")
        if os.path.dirname(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
        save = self.model.save_weights if self.save_weights_only else self.model.save
        save(path, overwrite=True)

    def _path(self, epoch: int, batch: int | None, logs: Logs | None) -> str:
        position = {"epoch": epoch + 1} | ({} if batch is None else {"batch": batch + 1})
        values = Results({**(logs or {}), **position})
        try:
            return self.filepath.format_map(values)
        except KeyError as error:
            raise UnknownLogError(
                f"`filepath` of ModelCheckpoint must use the names {', '.join(map(repr, values))}. "
                f"Received: filepath={self.filepath!r}, with {error.args[0]!r}."
            ) from None
        except TypeError as error:
            several = [name for name, value in values.items() if np.ndim(value) > 0]
            raise ValueError(
                f"`filepath` of ModelCheckpoint must use names of single numbers, and {several} are several. "
                f"Received: filepath={self.filepath!r} ({error})."
            ) from None
