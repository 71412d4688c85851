"""`Objective`: the number that candidates are compared by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from hornbeam.callbacks.monitor import MonitorCallback
from hornbeam.core.renaming.results import recorded
from hornbeam.core.suggest import hint


class Mistake(Exception):
    """What no candidate can do anything about: the search ends with the error that caused it."""


class Objective(NamedTuple):
    """A name in the logs of `evaluate`, or a function of the model and its data.

    Attributes:
        by: the name, with or without "val_"; or the function `(model, x, y)`.
        direction: "min", "max", or "auto" to go by the metric; more of a function is better.
    """

    by: str | Callable[..., Any]
    direction: str = "auto"

    @property
    def name(self) -> str:
        """What the scores are called."""
        if isinstance(self.by, str):
            return self.by.removeprefix("val_")
        return getattr(self.by, "__name__", "score")

    def score(self, model: Any, x: Any, y: Any, sample_weight: Any, batch_size: int | None) -> tuple[float, int]:
        """The model's number on these rows, and whether more of it is better (1) or less (-1)."""
        if callable(self.by):
            return _number(self.by(model, x, y), self.name), -1 if self.direction == "min" else 1
        logs = model.evaluate(x, y, batch_size=batch_size, sample_weight=sample_weight, verbose=0, return_dict=True)
        return _number(logs[self._name_in(logs)], self.name), self.sign(model)

    def _name_in(self, logs: dict[str, Any]) -> str:
        name = recorded(self.name, logs)
        if name is not None:
            return name
        raise Mistake from ValueError(
            f"`objective` must be one of {', '.join(map(repr, logs))}, which the models compute, or a function "
            f"`(model, x, y)`. Received: objective={self.by!r}; add it to the `metrics` of `compile`."
            f"{hint(self.name, logs)}"
        )

    def sign(self, model: Any) -> int:
        """Whether more is better (1) or less (-1)."""
        if self.direction != "auto":
            return 1 if self.direction == "max" else -1
        asked = MonitorCallback(self.name)
        asked.model = model
        try:
            return asked._direction()
        except ValueError:
            raise Mistake from ValueError(
                "`direction` must say whether lower or higher is better where the name does not. Received: "
                f'direction="auto" for objective={self.by!r}; pass "min" or "max".'
            )


def _number(value: Any, name: str) -> float:
    if np.size(value) != 1:
        raise Mistake from ValueError(f"`objective` must be one number. Received: {name}, which is {np.size(value)}.")
    return float(np.asarray(value).item())
