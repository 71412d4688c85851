"""`LearningRateScheduler`: the learning rate of each epoch from a function."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from hornbeam.callbacks import learning_rate
from hornbeam.callbacks.base import Callback, Logs


class LearningRateScheduler(Callback):
    """Sets the learning rate before each epoch. The logs of the epoch say it, as `learning_rate`.

    With a `MultiOptimizer` it sets the rate of each part, and the logs say `learning_rate_` and the part's name.

    Args:
        schedule: a function of the epoch (from 0) and the current rate, or of the epoch alone, that gives the new rate.
        verbose: 1 to say what is set.

    Raises:
        ValueError: when the run begins, if the optimizer's rate is a schedule already; if `schedule` gives no number.

    >>> from hornbeam.callbacks import LearningRateScheduler
    >>> halve = LearningRateScheduler(lambda epoch, rate: rate * 0.5 if epoch % 10 == 9 else rate)
    """

    def __init__(self, schedule: Callable[..., float], verbose: int = 0):
        if not callable(schedule):
            raise TypeError(
                "`schedule` of LearningRateScheduler must be a function of the epoch, and of the rate so far. "
                f"Received: schedule={schedule!r}; a rate that stays is the optimizer's `learning_rate`."
            )
        self.schedule = schedule
        self.verbose = verbose

    def on_train_begin(self, logs: Logs | None = None) -> None:
        learning_rate.settable(self)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        for name, optimizer in learning_rate.settable(self).items():
            rate = self._call(epoch, float(optimizer.learning_rate))
            if isinstance(rate, bool) or not hasattr(rate, "__float__") or np.ndim(rate) != 0:
                raise ValueError(f"`schedule` of LearningRateScheduler must give a number. Received: {rate!r}.")
            optimizer.learning_rate = float(rate)
            if self.verbose > 0:
                what = name.replace("_", " ", 2)
                print(f"\nEpoch {epoch + 1}: LearningRateScheduler setting {what} to {float(rate)}.")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if logs is not None:
            logs.update(learning_rate.rates(self.model))

    def _call(self, epoch: int, rate: float) -> Any:
        try:
            inspect.signature(self.schedule).bind(epoch, rate)
        except TypeError:  # takes the epoch alone
            return self.schedule(epoch)
        except ValueError:  # has no signature
            pass
        return self.schedule(epoch, rate)
