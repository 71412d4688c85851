"""`History`: what the numbers were, epoch by epoch."""

from __future__ import annotations

from typing import Any

from hornbeam.callbacks.base import Callback, told_later
from hornbeam.core.renaming.results import Results


class History(Callback):
    """Remembers the numbers of every epoch; `fit` returns it.

    Attributes:
        history: a list of numbers by name, one for each epoch that had the number; `history["acc"]` finds `accuracy`.
        epoch: the epochs that ran.
        params: what is known about the run.

    >>> from hornbeam.callbacks import History
    >>> history = History()
    >>> history.on_epoch_end(0, {"loss": 0.5})
    >>> history.on_epoch_end(1, {"loss": 0.25})
    >>> history.history
    {'loss': [0.5, 0.25]}
    """

    def __init__(self) -> None:
        self.history: dict[str, list[Any]] = Results()
        self.epoch: list[int] = []

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self.history = Results()
        self.epoch = []

    @told_later
    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)

    def __getitem__(self, name: str) -> Any:
        raise TypeError(f"A History holds its numbers in `history`: write `.history[{name!r}]`.")

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.__setstate__(state)

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, history=Results(state["history"]))

    def __repr__(self) -> str:
        return f"<History of {len(self.epoch)} epochs: {', '.join(self.history) or 'empty'}>"
