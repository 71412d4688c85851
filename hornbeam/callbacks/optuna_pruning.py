"""`OptunaPruning`: ends a trial of Optuna that is not worth going on with."""

from __future__ import annotations

from typing import Any

from hornbeam.callbacks.base import Logs
from hornbeam.callbacks.monitor import MonitorCallback


class OptunaPruning(MonitorCallback):
    """Reports a number to a trial of Optuna after epochs; where the study's pruner says so, the trial is pruned.

    `fit` ends with `optuna.TrialPruned`, which `study.optimize` expects from an objective.

    Args:
        trial: what the objective gets.
        monitor: the name of the number; the direction is the study's.
        interval: every how many epochs.

    Raises:
        TypeError: for a trial that is none.
        ValueError: at the end of the first epoch, for a `monitor` that the run does not compute.

    >>> import optuna
    >>> from hornbeam.callbacks import OptunaPruning
    >>> pruning = OptunaPruning(optuna.trial.FixedTrial({}), "val_loss")
    """

    def __init__(self, trial: Any, monitor: str = "val_loss", interval: int = 1):
        super().__init__(monitor)
        if not callable(getattr(trial, "report", None)) or not callable(getattr(trial, "should_prune", None)):
            raise TypeError(f"`trial` must be a trial of Optuna, as an objective gets it. Received: trial={trial!r}.")
        if interval < 1:
            raise ValueError(f"`interval` must be a positive integer. Received: interval={interval!r}.")
        self.trial = trial
        self.interval = interval

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        value = None if (epoch + 1) % self.interval else self._value(logs)
        if value is None:
            return
        self.trial.report(value, step=epoch)
        if self.trial.should_prune():
            raise _optuna().TrialPruned(f"Pruned after epoch {epoch + 1}: {self.monitor} is {value:g}.")

    def _value(self, logs: Logs | None) -> float | None:
        self._sign = 1  # the direction is not asked for
        return self.monitored(logs)


def _optuna() -> Any:
    try:
        import optuna
    except ImportError:
        raise ImportError("`OptunaPruning` needs the package `optuna`: `pip install hornbeam[optuna]`.") from None
    return optuna
