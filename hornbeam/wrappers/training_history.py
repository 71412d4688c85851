"""`TrainingHistory`: what an estimator remembers of its training."""

from __future__ import annotations

from typing import Any


class TrainingHistory(dict[str, list[float]]):
    """The numbers of every epoch by name, over all calls of `partial_fit` and of a warm start.

    Attributes:
        epoch: the numbers of the epochs.

    >>> history = TrainingHistory()
    >>> history.add({"loss": [0.5, 0.25]}, [0, 1])
    >>> history["loss"], history.history is history
    ([0.5, 0.25], True)
    """

    def __init__(self) -> None:
        super().__init__()
        self.epoch: list[int] = []

    @property
    def history(self) -> TrainingHistory:
        """The same, under the name that `Model.fit`'s history has it."""
        return self

    def add(self, numbers: dict[str, list[Any]], epochs: list[int]) -> None:
        """Put further epochs behind those that are there."""
        self.epoch.extend(epochs)
        for name, values in numbers.items():
            self.setdefault(name, []).extend(values)

    def __reduce__(self) -> Any:
        return TrainingHistory, (), {"epoch": self.epoch}, None, iter(self.items())
