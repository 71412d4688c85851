"""`LearningRateFinder`: a trial run that shows which learning rates would do."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hornbeam.callbacks import learning_rate
from hornbeam.callbacks.base import Callback, Logs
from hornbeam.callbacks.learning_rate_curve import LearningRateCurve
from hornbeam.layers.base.tracking import state_of


class LearningRateFinder(Callback):
    """Lets the learning rate grow from batch to batch, watches the loss, and ends the run (Smith 2017).

    Afterwards weights, optimizer and seeds are as they were before. `model.find_lr(x, y)` does all of it.

    Args:
        start: the first rate.
        stop: the last one.
        steps: batches, unless the loss explodes before.
        explodes_at: the run ends where the average loss is so many times the best.

    Attributes:
        curve: a `LearningRateCurve`, when the run has ended: what it suggests, and a plot.

    Raises:
        ValueError: when the run begins, if the optimizer's rate is a schedule.

    >>> import hornbeam, numpy as np
    >>> model = hornbeam.Sequential([hornbeam.Input((1,)), hornbeam.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> finder = hornbeam.callbacks.LearningRateFinder(steps=20)
    >>> x = np.ones((40, 1))
    >>> history = model.fit(x, x, batch_size=4, epochs=2, callbacks=[finder], verbose=0)
    >>> len(finder.curve.rates)
    20
    """

    tells_of_nan = True  # it goes on until the loss explodes

    def __init__(self, start: float = 1e-7, stop: float = 10.0, steps: int = 100, explodes_at: float = 4.0):
        if not 0 < start < stop:
            raise ValueError(f"`start` must be between 0 and `stop`. Received: start={start!r}, stop={stop!r}.")
        if isinstance(steps, bool) or not isinstance(steps, int) or steps < 2:
            raise ValueError(f"`steps` must be an integer of at least 2. Received: steps={steps!r}.")
        self.start, self.stop, self.steps, self.explodes_at = start, stop, steps, explodes_at
        self.curve: LearningRateCurve | None = None
        self._before: list[tuple[Any, np.ndarray]] = []
        self._rated: dict[str, Any] = {}
        self._rates: list[float] = []
        self._losses: list[float] = []

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._rated = learning_rate.settable(self)
        if len(self._rated) > 1:
            raise ValueError(
                "LearningRateFinder needs a model with one learning rate. Received: an optimizer with "
                f"{len(self._rated)}, {', '.join(self._rated)}."
            )
        self._before = [(variable, np.array(variable.numpy())) for variable in self._state()]
        self._rates, self._losses = [], []
        self._average, self._best = 0.0, math.inf

    def _state(self) -> list[Any]:
        """All that training changes."""
        return [*state_of(self.model), *self.model.optimizer.variables]

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        rate = self.start * (self.stop / self.start) ** (len(self._rates) / (self.steps - 1))
        for optimizer in self._rated.values():
            optimizer.learning_rate = rate
        self._rates.append(rate)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        loss = float((logs or {})["loss"])
        self.model.reset_metrics()  # each batch counts for itself
        self._losses.append(loss)
        count = len(self._losses)
        self._average = 0.98 * self._average + 0.02 * loss
        average = self._average / (1 - 0.98**count)
        is_told = count > self.steps // 10  # a few batches may differ by chance
        self._best = min(average, self._best) if is_told else math.inf
        if count >= self.steps or (is_told and not average <= self.explodes_at * self._best):
            self.model.stop_training = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        for variable, value in self._before:
            variable.assign(value)
        self._before = []
        self.curve = LearningRateCurve(self._rates[: len(self._losses)], self._losses)
