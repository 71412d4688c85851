"""`Run`: what a training leaves: its numbers by epoch, the state it started from, the data that it went over."""

from __future__ import annotations

import math
import time
from functools import cached_property
from typing import Any

import numpy as np

from hornbeam.core import rng
from hornbeam.core.variable import Variable
from hornbeam.data import ArraySource
from hornbeam.optimizers.schedules import LearningRateSchedule
from hornbeam.training.doctor.trials import variables_of

#: So much above its best, the loss of a validation is worth a look before the end.
FAR_WORSE = 3.0
#: A larger first state is not kept; then nothing is tried.
MOST_BYTES = 2**28


class Run:
    """One `fit`.

    Args:
        trainer: of the model.
        source: the training data.
        validation: those of the validation, if there is one.
        keeps_best: whether a callback keeps the weights of the best epoch.

    Attributes:
        has_worsened: whether the validation's loss is so far above its best that it is worth a look; then, not again
            before there are twice as many epochs.
        first: the values of all variables before the first step, by variable; `None` where they are too large.
        epoch_seconds: of the shortest epoch, in which nothing was compiled.
    """

    def __init__(self, trainer: Any, source: Any, validation: Any = None, keeps_best: bool = False):
        self.trainer, self.source, self.validation, self.keeps_best = trainer, source, validation, keeps_best
        self._history: dict[str, list[Any]] = {}
        self._new: list[dict[str, Any]] = []  # of epochs that are not in the history yet
        self._marks: list[float | int] = []  # of each epoch, its rate; of a schedule, the step that it had reached
        self.epochs = 0
        variables = variables_of(trainer)
        self.first: dict[Any, np.ndarray] | None = None
        if sum(4 * v.size for v in variables) <= MOST_BYTES:
            self.first = {v: v.numpy() for v in variables}
        self.host = rng.host().bit_generator.state
        self._held: Any = None  # what the optimizer's rate was read from
        self._first = self._mark = _mark(trainer.optimizer)
        self._best = math.inf  # loss of the validation
        self._looked = 0  # epochs, when it was worth a look
        self.has_worsened = False
        self._began = time.perf_counter()
        self.seconds, self.epoch_seconds = 0.0, math.inf

    def add(self, logs: dict[str, Any]) -> None:
        """Remember an epoch."""
        self.epochs += 1
        before, self.seconds = self.seconds, time.perf_counter() - self._began
        self.epoch_seconds = min(self.epoch_seconds, self.seconds - before)
        self._new.append(logs)
        judged = float(dict.get(logs, "val_loss", math.nan))  # by this name alone: old ones take long to find
        self._best = min(judged, self._best)
        self.has_worsened = judged > FAR_WORSE * self._best and self.epochs >= 2 * self._looked
        self._looked = self.epochs if self.has_worsened else self._looked
        self._look_at_rate()
        if self._mark is not None:
            self._marks.append(self._mark)

    def _look_at_rate(self) -> None:
        """What is still the same object need not be read again: it may lie on a device."""
        optimizer = self.trainer.optimizer
        held = getattr(getattr(optimizer, "_learning_rate", None), "_value", None)
        if held is None or held is not self._held or optimizer.decay:
            self._held, self._mark = held, _mark(optimizer)

    def take_over(self, history: Any, epochs: int) -> None:
        """Remember a run that is over."""
        self.epochs, self.seconds = epochs, time.perf_counter() - self._began
        self.epoch_seconds = self.seconds / max(epochs, 1)
        self._history = history.history

    @property
    def history(self) -> dict[str, list[Any]]:
        """The numbers of each epoch, by name."""
        for logs in self._new:
            for name, value in logs.items():
                self._history.setdefault(name, []).append(value)
        self._new.clear()
        return self._history

    def go_back(self, trainer: Any) -> None:
        """Put everything back to where it was before the first step."""
        for variable, value in (self.first or {}).items():
            variable.hold(value)
        rng.host().bit_generator.state = self.host

    def again(self, data: Any = None, batch_size: int | None = None) -> ArraySource:
        """The training data once more, or other data, in the same batches or others."""
        old = self.source
        x, y, weights = old.given if data is None else data
        steps = old.steps if old.steps != old.steps_per_pass and batch_size is None else None
        return ArraySource(
            x, y, weights, batch_size=batch_size or old.batch_size, steps=steps, shuffle=old.shuffle, repeat=old.repeat,
            class_weight=old.class_weight, output_names=old.output_names,
        )  # fmt: skip

    @cached_property
    def first_rate(self) -> float | None:
        """The learning rate before the first step, where it is a number."""
        return None if self._first is None else self._rate_at(self._first)

    @cached_property
    def rates(self) -> list[float]:
        """The learning rate at the end of each epoch, where it is a number."""
        return [self._rate_at(mark) for mark in self._marks]

    def _rate_at(self, mark: float | int) -> float:
        """A schedule computes with the engine, which takes milliseconds: it is asked when somebody wants to know."""
        return float(self.trainer.optimizer._learning_rate(mark)) if isinstance(mark, int) else mark

    @property
    def losses(self) -> list[float]:
        return [float(v) for v in self.history.get("loss", [])]

    @property
    def is_finite(self) -> bool:
        return all(map(math.isfinite, self.losses))


def _mark(optimizer: Any) -> float | int | None:
    """The rate of the next update; of a schedule, the number of the step."""
    rate = getattr(optimizer, "_learning_rate", None)
    try:
        if isinstance(rate, LearningRateSchedule):
            return int(optimizer.iterations.numpy())
        if isinstance(rate, Variable):
            value = float(rate.numpy())
            return value / (1 + optimizer.decay * float(optimizer.iterations.numpy())) if optimizer.decay else value
        return float(optimizer.learning_rate)
    except (TypeError, ValueError, AttributeError):
        return None
