"""`BackupAndRestore`: a run that was interrupted goes on where it was."""

from __future__ import annotations

import json
import os
import shutil
from typing import Any

from hornbeam.callbacks.base import Callback, Logs
from hornbeam.callbacks.finite_only import is_spoiled
from hornbeam.core.integers import is_integer

_STATE = "training_metadata.json"
_ENDING = ".weights.h5"
_OF_KERAS = "latest.weights.h5"


class BackupAndRestore(Callback):
    """Keeps weights and the optimizer's state while a model is trained; `fit` with the same folder goes on from them.

    A run that was interrupted in the middle of an epoch begins this epoch again. What is kept is whole at any moment:
    the new state is written before the old one is removed.

    A folder of Keras's callback of this name is gone on from, too.

    Args:
        backup_dir: a folder for this alone.
        save_freq: "epoch", or every how many batches; `False` to keep nothing.
        double_checkpoint: whether the state before the last one is kept, too, for a disk that damages files.
        delete_checkpoint: whether the folder is removed when a run has come to its end.
        allow_nonfinite: whether weights that have become NaN or infinite are kept; by default they are not, with a
            warning, and the next run goes on from those before.

    >>> from hornbeam.callbacks import BackupAndRestore
    >>> backup = BackupAndRestore("backup")
    """

    #: The epoch that the run begins with, where a state was found.
    first_epoch: int | None = None

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
        if not os.fspath(backup_dir):
            raise ValueError("`backup_dir` must name a folder. Received: backup_dir=''.")
        self.backup_dir = os.fspath(backup_dir)
        self.save_freq = save_freq
        self.double_checkpoint = double_checkpoint
        self.delete_checkpoint = delete_checkpoint
        self.allow_nonfinite = allow_nonfinite
        self._epoch = 0
        self._batches = 0
        self._last_batch = -1
        self._ended = False

    def _implements_train_batch_hooks(self) -> bool:
        return self.save_freq not in ("epoch", False)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Load the last state that can be read."""
        self.first_epoch, self._batches, self._ended = None, 0, False
        states = self._states()
        for i, state in enumerate(states):
            try:
                self.model.load_weights(self._path(state["weights"]))
            except (OSError, ValueError):
                if i + 1 == len(states):
                    raise
            else:
                self.first_epoch = state["epoch"]
                return

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._epoch, self._last_batch, self._ended = epoch, -1, False

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._batches += batch - self._last_batch
        self._last_batch = batch
        if self._batches >= int(self.save_freq):
            self._batches = 0
            self._keep(self._epoch, batch)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self._ended = True
        if self.save_freq == "epoch":
            self._keep(epoch + 1, 0)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """The hook runs after an error, too: then the state is what the next run needs."""
        came_to_its_end = self._ended and (self.model.stop_training or self._epoch + 1 >= (self.params or {})["epochs"])
        if self.delete_checkpoint and came_to_its_end:
            shutil.rmtree(self.backup_dir, ignore_errors=True)

    def _keep(self, epoch: int, batch: int) -> None:
        if not self.allow_nonfinite and is_spoiled(self.model, self.backup_dir):
            return
        os.makedirs(self.backup_dir, exist_ok=True)
        before = self._states()[: 1 if self.double_checkpoint else 0]
        weights = f"{int(self.model.optimizer.iterations)}{_ENDING}"
        self.model.save_weights(self._path(weights), overwrite=True)
        self._sync(weights)
        self._write([{"epoch": epoch, "batch": batch, "weights": weights}, *before])
        used = {weights, *(state["weights"] for state in before)}
        for name in os.listdir(self.backup_dir):
            if name.endswith(_ENDING) and name not in used:
                os.remove(self._path(name))

    def _sync(self, name: str) -> None:
        """Have a new file on the disk before the old one is removed."""
        with open(self._path(name), "rb") as file:
            os.fsync(file.fileno())

    def _write(self, states: list[dict[str, Any]]) -> None:
        with open(self._path(_STATE + ".new"), "w") as file:
            json.dump(states, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(self._path(_STATE + ".new"), self._path(_STATE))

    def _states(self) -> list[dict[str, Any]]:
        """What is kept, the newest first; a folder that Keras has written holds one."""
        path = self._path(_STATE)
        if not os.path.exists(path):
            return []
        with open(path) as file:
            text = file.read()
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        states = [{**found, "weights": _OF_KERAS}] if isinstance(found, dict) else found
        if not isinstance(states, list) or not all(map(_is_state, states)):
            raise ValueError(
                f"`{path}` must be what `BackupAndRestore` has written: remove the folder to begin anew. "
                f"Received: {text[:50]!r}."
            )
        return states

    def _path(self, name: str) -> str:
        return os.path.join(self.backup_dir, os.path.basename(name))


def _is_state(state: Any) -> bool:
    return isinstance(state, dict) and is_integer(state.get("epoch"), 0) and isinstance(state.get("weights"), str)
