"""`OrbaxCheckpoint`: checkpoints in the format of Orbax, as Keras 3 lays them out."""

from __future__ import annotations

import json
import os
from typing import Any

from hornbeam.callbacks.base import Logs
from hornbeam.callbacks.monitor import MonitorCallback
from hornbeam.callbacks.orbax_paths import Paths
from hornbeam.core import serialization
from hornbeam.core.integers import is_integer

_KINDS = ("trainable_variables", "non_trainable_variables", "optimizer_variables")


class OrbaxCheckpoint(MonitorCallback):
    """Saves the model's state in Orbax's format, in a numbered folder for each checkpoint; the last ones are kept.

    The number is that of the epoch, from 0, or the count of batches. A checkpoint has Keras's layout: `pytree` is the
    model's state tree (weights, the optimizer's and metrics' variables by their paths), `model_config` its config as
    JSON. So Keras's `load_model` reads the folder, and `restore` reads Keras's. On one machine `ModelCheckpoint` writes
    smaller files in less time, which anything can read.

    Args:
        directory: where; made as needed.
        monitor: the number that says which model is best.
        verbose: 1 to say what is saved.
        save_best_only: whether only a model better than all before it is saved.
        mode: "min", "max", or "auto" to go by the metric or its name.
        save_freq: "epoch", or every how many batches.
        initial_value_threshold: the value that the first model must be better than.
        max_to_keep: how many checkpoints are kept; `None` for all.
        save_on_background: whether training goes on while a checkpoint is written.
        save_weights_only: whether the weights are saved alone.

    Raises:
        ImportError: when a run begins, without Orbax.

    >>> from hornbeam.callbacks import OrbaxCheckpoint
    >>> checkpoint = OrbaxCheckpoint("checkpoints", max_to_keep=3)
    """

    def __init__(
        self,
        directory: Any,
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        mode: str = "auto",
        save_freq: str | int = "epoch",
        initial_value_threshold: float | None = None,
        max_to_keep: int | None = 1,
        save_on_background: bool = True,
        save_weights_only: bool = False,
    ):
        super().__init__(monitor, mode)
        if save_freq != "epoch" and not is_integer(save_freq, 1):
            raise ValueError(f'`save_freq` must be "epoch" or a positive integer. Received: save_freq={save_freq!r}.')
        if max_to_keep is not None and not is_integer(max_to_keep, 1):
            raise ValueError(f"`max_to_keep` must be a positive integer or None. Received: {max_to_keep!r}.")
        self.directory = os.path.abspath(os.fspath(directory))
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_freq = save_freq
        self.max_to_keep = max_to_keep
        self.save_on_background = save_on_background
        self.save_weights_only = save_weights_only
        self.best = initial_value_threshold
        self._batches = self._unsaved = 0
        self._last_batch = -1
        self._opened: Any = None

    def __getstate__(self) -> Logs:
        return super().__getstate__() | {"_opened": None}

    def _implements_train_batch_hooks(self) -> bool:
        return self.save_freq != "epoch"

    def is_multihost_enabled(self) -> bool:
        """Whether several machines train together: never here."""
        return False

    def is_primary_host(self) -> bool:
        """Whether this is the machine that writes: always here."""
        return True

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._batches = self._unsaved = 0
        self._checkpointer()

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._last_batch = -1

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        new = batch - self._last_batch
        self._last_batch = batch
        self._batches, self._unsaved = self._batches + new, self._unsaved + new
        if self.save_freq != "epoch" and self._unsaved >= int(self.save_freq):
            self._unsaved = 0
            self._save(self._batches, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if self.save_freq == "epoch":
            self._save(epoch, logs)

    def on_train_end(self, logs: Logs | None = None) -> None:
        self.wait_until_finished()
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def wait_until_finished(self) -> None:
        """Wait until everything is written."""
        if self._opened is not None:
            self._opened.wait()

    def restore(self, step: int | None = None) -> int:
        """Give the model, which must be built, the state of a checkpoint, of Hornbeam's or Keras's.

        Args:
            step: its number; the last one by default.

        Returns:
            Its number.

        Raises:
            FileNotFoundError: where there is none.
            ValueError: for the state of another model, naming a variable that this one has not.
        """
        checkpointer = self._checkpointer()
        steps = sorted(one.step for one in checkpointer.checkpoints)
        found = max(steps, default=-1) if step is None else step
        if found not in steps:
            raise FileNotFoundError(f"`{self.directory}` must have the checkpoint. Received: step={step}, of {steps}.")
        tree = checkpointer.load_checkpointables(found, {"pytree": None})["pytree"]
        mine = self.model.get_state_tree(value_format="numpy_array")
        paths = Paths(self.model)
        self.model.set_state_tree({kind: paths.read(tree[kind], mine[kind]) for kind in _KINDS if tree.get(kind)})
        return found

    def _save(self, step: int, logs: Logs | None) -> None:
        if self.save_best_only:
            value = self.monitored(logs)
            if value is None or not self.improved(value, self.best):
                return
            self.best = value
        if self.verbose > 0:
            print(f"\nSaving checkpoint {step} to {self.directory}")
        save = "save_checkpointables_async" if self.save_on_background else "save_checkpointables"
        getattr(self._checkpointer(), save)(step, self._state(), force=True, overwrite=True)

    def _state(self) -> dict[str, Any]:
        """Copies, which training does not overwrite."""
        tree = self.model.get_state_tree(value_format="numpy_array")
        tree = Paths(self.model).written(tree)
        if self.save_weights_only:
            return {"pytree": {name: tree[name] for name in ("trainable_variables", "non_trainable_variables")}}
        config = json.dumps(serialization.serialize_whole(self.model))
        return {"pytree": tree, "model_config": {"config": config}}

    def _checkpointer(self) -> Any:
        if self._opened is None:
            training = _orbax().training
            policies = training.preservation_policies
            kept = policies.PreserveAll() if self.max_to_keep is None else policies.LatestN(self.max_to_keep)
            self._opened = training.Checkpointer(self.directory, preservation_policy=kept)
        return self._opened


def _orbax() -> Any:
    try:
        from orbax.checkpoint import v1
    except ImportError:
        raise ImportError(
            "`OrbaxCheckpoint` needs the package `orbax-checkpoint`: `pip install hornbeam[orbax]`; without it there "
            "are `ModelCheckpoint` and `BackupAndRestore`."
        ) from None
    return v1
