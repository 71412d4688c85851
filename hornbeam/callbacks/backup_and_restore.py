"""`BackupAndRestore`: a run that was interrupted goes on where it was."""

from __future__ import annotations

import os
import shutil
from typing import Any

from hornbeam.callbacks.base import Callback, Logs
from hornbeam.callbacks.finite_only import is_spoiled
from hornbeam.core.integers import is_integer


class BackupAndRestore(Callback):
    """Keeps all of a run while it goes; `fit` with the same folder, in another process, goes on from there to the bit.

    What is kept: weights, optimizer, the epoch and the batch, the order of the rows, the random numbers of Hornbeam,
    NumPy, Python and PyTorch, what losses and metrics have counted, the history, and what the other callbacks have
    found out (their `state_dict`, by default all attributes that are plain data). It is written after the hooks of all
    other callbacks, wherever this one stands among them. It is whole at any moment, whatever kills the process: the
    new state is written before the old one is removed.

    What gives batches is brought to its place: data with `state_dict` and `load_state_dict` is asked for it; of a
    `PyDataset` the hooks of the passes before are called again; other streams must begin as they did when the script
    runs again, and make again, without training, the batches of the pass (a generator: all batches) that were used.
    Not repeated to the bit: what several workers draw from global random numbers, and what a stream does that differs
    at each start.

    A folder of Keras's callback of this name is gone on from, too: by whole epochs.

    Args:
        backup_dir: a folder for this alone.
        save_freq: "epoch", or every how many batches; `False` to keep nothing.
        double_checkpoint: whether the state before the last one is kept, too, for a disk that damages files.
        delete_checkpoint: whether the folder is removed when a run has come to its end.
        allow_nonfinite: whether weights that have become NaN or infinite are kept; by default they are not, with a
            warning, and the next run goes on from those before.

    Raises:
        ValueError: when a run begins whose model, optimizer, data or batch size differ from those in the folder, or
            where all that is in it is damaged.

    >>> from hornbeam.callbacks import BackupAndRestore
    >>> backup = BackupAndRestore("backup", save_freq=1000)
    """

    keeps_runs = True
    #: The epoch that the run begins with, where a state was found.
    first_epoch: int | None = None
    _run: Any = None

    def __init__(
        self,
        backup_dir: Any,
        save_freq: str | int | bool = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
        allow_nonfinite: bool = False,
    ):
        if save_freq not in ("epoch", False) and not is_integer(save_freq, 1):
            raise ValueError(
                f'`save_freq` must be "epoch", a positive integer or False. Received: save_freq={save_freq!r}.'
            )
        if not backup_dir or not os.fspath(backup_dir):
            raise ValueError(f"`backup_dir` must name a folder. Received: backup_dir={backup_dir!r}.")
        self.backup_dir = os.fspath(backup_dir)
        self.save_freq = save_freq
        self.double_checkpoint = double_checkpoint
        self.delete_checkpoint = delete_checkpoint
        self.allow_nonfinite = allow_nonfinite
        self._epoch = 0
        self._batches = 0
        self._last_batch = -1
        self._first_batch = 0
        self._ended = False

    def __getstate__(self) -> Logs:
        return {name: value for name, value in super().__getstate__().items() if name != "_run"}

    def set_run(self, run: Any) -> None:
        """Called once before a run of `fit`, with what can write it down and restore it."""
        self._run = run

    def _kept(self) -> Any:
        if self._run is None:
            self._run = self.model.__hornbeam__.run_state.trainer.run_elsewhere()
        return self._run

    def _implements_train_batch_hooks(self) -> bool:
        return self.save_freq not in ("epoch", False)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Load the last state that can be read."""
        self._batches, self._ended = 0, False
        found = self._kept().restore(self.backup_dir)
        self.first_epoch, self._first_batch = found or (None, 0)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """What other callbacks did at the begin of an epoch is undone where its rest begins: they had done it."""
        self._epoch, self._last_batch, self._ended = epoch, self._first_batch - 1, False
        if self._first_batch:
            self._kept().restore(self.backup_dir, is_again=True)
        self._first_batch = 0

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._batches += batch - self._last_batch
        self._last_batch = batch
        if self._batches >= int(self.save_freq):
            self._batches = 0
            self._keep(self._epoch, batch + 1, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self._ended = True
        if self.save_freq == "epoch":
            self._keep(epoch + 1, 0, logs)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """The hook runs after an error, too: then the state is what the next run needs."""
        if not self._ended or not (self.model.stop_training or self._epoch + 1 >= (self.params or {})["epochs"]):
            return
        if self.delete_checkpoint:
            shutil.rmtree(self.backup_dir, ignore_errors=True)
        elif self.save_freq:
            self._kept().keep(self.backup_dir, self._epoch + 1, 0, logs or {}, before=1, is_over=True)

    def _keep(self, epoch: int, batch: int, logs: Logs | None) -> None:
        if self.allow_nonfinite or not is_spoiled(self.model, self.backup_dir):
            self._kept().keep(self.backup_dir, epoch, batch, logs or {}, before=1 if self.double_checkpoint else 0)
