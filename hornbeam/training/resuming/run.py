"""`Run`: all that a run of `fit` is at a moment, and how to go on from there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from hornbeam.callbacks.state import States
from hornbeam.core.variable import Variable
from hornbeam.data import ArraySource, StreamSource, random_state
from hornbeam.training.resuming.backups import Backups
from hornbeam.training.resuming.description import describe, differences

Logs = dict[str, Any]


class Rest(NamedTuple):
    """What the rest of an epoch begins with.

    Attributes:
        counts: the variables of losses and metrics, with what they had counted.
        logs: what is known if no batch is left.
    """

    counts: list[tuple[Variable, np.ndarray]]
    logs: Logs

    def count(self) -> None:
        for variable, value in self.counts:
            variable.hold(value)


class Run:
    """A run of `fit`, for callbacks that keep it.

    Args:
        trainer: the model's `Trainer`.
        hooks: the callbacks, as they are before the run.
        source: the data.
        validation: the data of validations.

    Attributes:
        logs: of the last epoch before this process.
        is_stopped: whether a callback had stopped the run, which was interrupted before its end.
    """

    def __init__(
        self,
        trainer: Any,
        hooks: Iterable[Any],
        source: ArraySource | StreamSource | None = None,
        validation: ArraySource | StreamSource | None = None,
    ):
        self.trainer, self.model = trainer, trainer.model
        self.source, self.validation = source, validation
        self.states = States(hooks)
        self.about = describe(self.model, source)
        self.logs: Logs = {}
        self.is_stopped = False
        self._rest: Rest | None = None
        for data in (source, validation):
            if data is not None:
                data.keep_places()

    def keep(self, folder: str, epoch: int, batch: int, logs: Logs, *, before: int = 0, is_over: bool = False) -> None:
        """Write all of it down.

        Args:
            folder: where.
            epoch, batch: how many epochs were finished, and how many batches of the next one.
            logs: the last ones.
            before: how many former states are kept, too.
            is_over: whether nothing is left to do.
        """
        state = self._state(epoch, batch, logs) | {"is_over": is_over}
        Backups(folder).add(self.model, state, before)

    def restore(self, folder: str, is_again: bool = False) -> tuple[int, int] | None:
        """Go on from the last state that can be read; `None` where there is none.

        Args:
            folder: where.
            is_again: whether this is the second time, as hooks that begin an epoch may have changed what was restored.

        Returns:
            How many epochs were finished, and how many batches of the next one.
        """
        found = Backups(folder).load(self.model, lambda state: differences(state["about"], self.about))
        if found is None:
            return None
        epoch, batch, state = found
        if state is not None:
            self._apply(state, batch)
            if is_again or not batch:
                self._go_to(state, batch)
        return epoch, batch if state is not None else 0

    def finished(self, folder: str, epochs: int) -> int | None:
        """How many epochs a run had that is over, if it has come as far as `epochs`; then all of it is restored."""
        state = Backups(folder).over()
        if state is None or not (state["stop"] or state["epoch"] >= epochs):
            return None
        Backups(folder).load(self.model, lambda state: differences(state["about"], self.about), is_over=True)
        self.states.set(state["callbacks"])
        return int(state["epoch"])

    def take_rest(self) -> Rest | None:
        """What the next epoch begins with, if it is the rest of one."""
        rest, self._rest = self._rest, None
        return rest

    def _state(self, epoch: int, batch: int, logs: Logs) -> dict[str, Any]:
        return {
            "epoch": epoch,
            "batch": batch,
            "logs": dict(logs),
            "stop": self.model.stop_training,
            "random": random_state.capture(),
            "source": None if self.source is None else self.source.place(batch),
            "validation": None if self.validation is None else self.validation.place(0),
            "counts": _values(self._counts()),
            "others": _values(self._others()),
            "draws": self.trainer.draws(),
            "callbacks": self.states.get(),
            "about": self.about,
        }

    def _apply(self, state: dict[str, Any], batch: int) -> None:
        """All but the places in the data, and the random numbers."""
        self.logs, self.is_stopped = state["logs"], state["stop"]
        self.model.stop_training = self.is_stopped
        _hold(self._others(), state["others"], "variables beside its weights")
        self.states.set(state["callbacks"])
        if batch:
            self._build_counts(len(state["counts"]))
            self._rest = Rest(_pairs(self._counts(), state["counts"], "variables of metrics"), state["logs"])

    def _go_to(self, state: dict[str, Any], batch: int) -> None:
        kinds: Iterable[str] = random_state.KINDS
        if self.validation is not None and state["validation"] is not None:
            self.validation.go_to(state["validation"], 0)
        if self.source is not None and state["source"] is not None:
            kinds = self.source.go_to(state["source"], batch)
        random_state.restore(state["random"], tuple(kinds))
        self.trainer.set_draws(state["draws"])  # they follow the host's generator

    def _build_counts(self, wanted: int) -> None:
        """Some metrics make their variables when they first count."""
        if len(self._counts()) < wanted and self.source is not None:
            source = self.source
            self.trainer.trace(source.peek() if isinstance(source, StreamSource) else source.arrays)

    def _counts(self) -> list[Variable]:
        return [variable for metric in self.model.metrics for variable in metric.variables]

    def _others(self) -> list[Variable]:
        """What no file of weights holds, and no metric."""
        kept = (*self.model.weights, *self.trainer.optimizer.variables, *self._counts())
        known = {id(variable) for variable in kept}
        return [variable for variable in self.trainer.state_variables() if id(variable) not in known]


def _values(variables: list[Variable]) -> list[np.ndarray]:
    return [np.array(variable.numpy()) for variable in variables]


def _pairs(variables: list[Variable], values: list[np.ndarray], what: str) -> list[tuple[Variable, np.ndarray]]:
    mine, theirs = [variable.shape for variable in variables], [value.shape for value in values]
    if mine != theirs:
        raise ValueError(
            f"A model must be compiled with the same metrics to go on with its run. Received: {what} of shapes {mine}, "
            f"where there were {theirs}."
        )
    return list(zip(variables, values))


def _hold(variables: list[Variable], values: list[np.ndarray], what: str) -> None:
    for variable, value in _pairs(variables, values, what):
        variable.hold(value)
