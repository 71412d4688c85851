"""The epochs of `fit`: training and validation with callbacks and display around, for every engine and kind of data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from hornbeam.callbacks.callback_list import CallbackList
from hornbeam.callbacks.progress import Progress, resolve_verbose
from hornbeam.callbacks.run_data import RunData, hand_out
from hornbeam.training import resuming
from hornbeam.training.loop.interrupt import Interrupt
from hornbeam.training.loop.ready import as_numbers
from hornbeam.training.loop.runner import Logs, Runner
from hornbeam.training.mistake import Mistake, tell
from hornbeam.training.trainer import Trainer


class Epochs:
    """A run of `fit`, ready to begin.

    Args:
        trainer: the model's `Trainer`.
        data: what is trained and validated on.
        callbacks: the user's.
        verbose: how much is shown.
        epochs: their numbers.
        validation_freq: after every n-th epoch, or after those listed, comes a validation.
    """

    def __init__(
        self,
        trainer: Trainer,
        data: RunData,
        callbacks: Any,
        verbose: int | str,
        epochs: range,
        validation_freq: int | Sequence[int],
    ):
        self.trainer, self.data, self.epochs, self.validation_freq = trainer, data, epochs, validation_freq
        self.verbose = resolve_verbose(verbose, "fit")
        source, validation = data.source, data.validation
        known = {"verbose": self.verbose, "epochs": epochs.stop, "steps": source.steps}
        self.hooks = CallbackList(callbacks, trainer.model, do_validation=validation is not None, **known)
        hand_out(self.hooks, data)
        self.progress = Progress(self.verbose, epochs.stop, source.steps)
        self.train = Runner(trainer, "train", source, self.hooks, self.progress)
        self.test = Runner(trainer, "test", validation, self.hooks, None) if validation is not None else None
        self.train.repeats = not self._is_watched()
        trainer.model.stop_training = False
        keeps = self.hooks.keepers
        self.kept = resuming.kept_run(trainer, self.hooks, source, validation) if keeps else _NothingKept()
        self.logs: Logs = {}
        self._is_lost = False

    def run(self) -> Any:
        """Train; the history."""
        if not isinstance(self.kept, _NothingKept) and resuming.is_finished(
            self.kept, self.hooks, self.epochs.stop, self.verbose
        ):
            return self.hooks.history
        with Interrupt() as interrupt:
            try:
                self._run(interrupt)
            finally:
                self._close()
        return self.hooks.history

    def _run(self, interrupt: Interrupt) -> None:
        self.hooks.on_train_begin()
        self.logs = self.kept.logs
        left = range(self.hooks.first_epoch(self.epochs.start), self.epochs.stop)
        while left and not self.kept.is_stopped:
            count = self.train.at_once(len(left)) if self.train.repeats else 1
            if count == 1:
                self._epoch(left[0], interrupt)
            else:
                self._several(left[:count], interrupt)
            left = left[count:]
            if self.train.is_over or self.trainer.model.stop_training:
                break
        if self.trainer.optimizer.built:
            self.trainer.optimizer.finalize_variable_values(self.trainer.trained_variables())
        self._look_at_updates()

    def _epoch(self, epoch: int, interrupt: Interrupt) -> None:
        """Train and validate, where the data has not ended."""
        self.hooks.on_epoch_begin(epoch)
        self.progress.epoch_begin(epoch)
        self.logs = self.train.run(interrupt, self.kept.take_rest())
        if self.train.is_over:
            return
        if self.test is not None and _is_due(epoch + 1, self.validation_freq):
            self.logs = self.logs | self._validate(self.test, interrupt)
        self.logs = as_numbers(self.logs)  # only now: the device trains while the host gets the validation ready
        self._look_at(epoch)
        self.logs = self.hooks.on_epoch_end(epoch, self.logs)
        self.progress.epoch_end(epoch, self.logs)
        interrupt.check()

    def _is_watched(self) -> bool:
        """Whether somebody looks at single epochs."""
        return self.test is not None or self.progress.verbose > 0 or self.hooks.watches_epochs

    def _several(self, epochs: range, interrupt: Interrupt) -> None:
        """Train for some epochs in one dispatch, which callbacks are told of then."""
        for epoch, logs in zip(epochs, self.train.run_several(len(epochs)), strict=True):
            self.hooks.on_epoch_begin(epoch)
            self.logs = self.hooks.on_epoch_end(epoch, logs)
            self._look_at(epoch)
        interrupt.check()

    def _look_at(self, epoch: int) -> None:
        """Say when the loss has become no number: whatever is trained from there on is lost."""
        loss = self.logs.get("loss")
        if self._is_lost or not isinstance(loss, float) or math.isfinite(loss):
            return
        self._is_lost = True
        if any(getattr(callback, "tells_of_nan", False) for callback in self.hooks):
            return
        mistake = Mistake(
            "nan_loss",
            f"The loss of model `{self.trainer.model.name}` is {loss} in epoch {epoch + 1}",
            "try a lower learning rate, or `clipnorm=1.0`; `fit(doctor=True)` finds the layer and the operation that "
            "it begins with, and `TerminateOnNaN()` ends such a run.",
        )
        tell(self.trainer.model, mistake)

    def _look_at_updates(self) -> None:
        """Say when so many gradients were to be gathered for an update that there was none."""
        optimizer = self.trainer.optimizer
        together = getattr(optimizer, "gradient_accumulation_steps", None)
        if not (together and optimizer.built and self.logs) or int(optimizer.iterations):
            return
        mistake = Mistake(
            "no_update",
            f"Model `{self.trainer.model.name}` has made no update: its optimizer gathers the gradients of "
            f"`gradient_accumulation_steps={together}` steps for each, and there were fewer",
            "train for more steps, on smaller batches, or gather fewer.",
        )
        tell(self.trainer.model, mistake)

    def _validate(self, test: Runner, interrupt: Interrupt) -> Logs:
        self.trainer.model.stop_evaluating = False
        self.hooks.on_test_begin()
        found = as_numbers(test.run(interrupt))
        self.hooks.on_test_end(found)
        return {f"val_{name}": value for name, value in found.items()}

    def _close(self) -> None:
        self.progress.close()
        for source in (self.data.source, self.data.validation):
            if source is not None:
                source.close()
        self.hooks.on_train_end(self.logs)


class _NothingKept:
    """The run that no callback keeps: none came before, and `resuming` need not be imported."""

    def __init__(self) -> None:
        self.logs: Logs = {}
        self.is_stopped = False

    def take_rest(self) -> None:
        """None: every epoch is a whole one."""


def _is_due(epoch: int, frequency: int | Sequence[int]) -> bool:
    return epoch % frequency == 0 if isinstance(frequency, int) else epoch in frequency
