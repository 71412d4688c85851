"""`Trials`: the same training once more with one thing changed, after which all is as it was, to the bit.

Only what needs no other program is changed (rates, the data's scale, first weights, numbers that programs take as
arguments), so a trial costs the time of its epochs and no compilation. It is the one evidence that tells a cause from
its symptoms. Trials run when a training was worse than it should be, and take no longer in all than it did (but a few
seconds).
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.callbacks.base import Callback
from hornbeam.core import rng, tree
from hornbeam.data import ArraySource
from hornbeam.training.doctor.data_view import Rows
from hornbeam.training.doctor.outputs import outputs_of
from hornbeam.training.loop.fit import fit
from hornbeam.training.loop.predict import forward_of
from hornbeam.training.programs.batch import Batch

#: However short the training was, trials may take so many seconds in all.
LEAST_SECONDS = 10.0
# Rows that a trial is judged by.
_ROWS = 512


class Trials:
    """Trials of one run.

    Args:
        e: the evidence, with a run over arrays in memory.
    """

    def __init__(self, e: Any):
        self.e, self.run, self.trainer = e, e.run, e.trainer
        self.left = max(LEAST_SECONDS, e.run.seconds)
        self.are_whole = True  # whether none was shortened for lack of time

    @cached_property
    def judged(self) -> Rows:
        """The rows of the validation; of a model that was harmed, rows of the training, too: few rows say little."""
        e = self.e
        if e.validation is None:
            return evenly(e.train, _ROWS)
        other = evenly(e.validation, _ROWS)
        return evenly(e.train, other.size).with_rows(other) if e.deficit > 0 else other

    @property
    def are_possible(self) -> bool:
        """Whether the run can be repeated: rows in memory, the first state kept, epochs short enough."""
        return type(self.run.source) is ArraySource and self.run.first is not None and self._epochs(1.0) > 0

    def skills(
        self, prepare: Callable[[Any], Any] | None = None, unscale: Callable[[Any], Any] | None = None
    ) -> list[float | None]:
        """How good the model is at each output, in inference mode, on the rows that trials are judged by."""
        x = self.judged.x if prepare is None else prepare(self.judged.x)
        predicted = tree.leaves(forward_of(self.trainer.model).run_batch(Batch.of(x)))
        on_host = [np.asarray(engine.to_numpy(p), np.float64) for p in predicted]
        if unscale is not None:
            on_host = unscale(on_host)
        return [
            None if o.kind is None or o.kind == "flags" else o.skill(p)
            for o, p in zip(self._outputs, on_host, strict=True)
        ]

    @property
    def _outputs(self) -> Any:
        return outputs_of(self.trainer, self.judged.y)

    def after(
        self,
        change: Callable[[Any], Any],
        *,
        data: Any = None,
        goes_on: bool = False,
        epochs: float = 1.0,
        prepare: Callable[[Any], Any] | None = None,
        unscale: Callable[[Any], Any] | None = None,
        batch_size: int | None = None,
    ) -> list[float | None] | None:
        """The skills after training with something changed; `None` where there is no time for it.

        Args:
            change: called with the trainer when it is at the start of the run.
            data: (x, y, sample_weight) instead of the run's.
            goes_on: whether to start from where the run ended.
            epochs: as a multiple of those of the run.
            prepare: what to do to the inputs that it is judged by.
            unscale: what to do to its predictions.
            batch_size: instead of the run's; then another program is compiled.
        """
        count = self._epochs(epochs)
        if count < 1:
            return None
        began = time.perf_counter()
        with restored(self.trainer), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if not goes_on:
                self.run.go_back(self.trainer)
            change(self.trainer)
            source = self.run.again(data, batch_size)
            train(self.trainer, source, count)
            skills = self.skills(prepare, unscale)
        self.left -= time.perf_counter() - began
        return skills

    def _epochs(self, factor: float) -> int:
        wanted = max(1, round(self.run.epochs * factor))
        possible = int(self.left / max(self.run.epoch_seconds, 1e-6))
        self.are_whole &= possible >= wanted
        return min(wanted, possible)


def evenly(rows: Rows, most: int) -> Rows:
    """As many of the rows, evenly spaced."""
    return rows.take(np.linspace(0, rows.size - 1, min(rows.size, most)).astype(int))


class Silent(Callback):
    """A trial may end in NaN, which is what it was made to find out."""

    tells_of_nan = True


def train(trainer: Any, source: Any, epochs: int) -> None:
    """`fit`, without anything around it."""
    fit(
        trainer, source, None, batch_size=None, epochs=epochs, verbose=0, callbacks=[Silent()], validation_split=0.0,
        validation_data=None, shuffle=True, class_weight=None, sample_weight=None, initial_epoch=0,
        steps_per_epoch=None, validation_steps=None, validation_batch_size=None, validation_freq=1,
    )  # fmt: skip


@contextmanager
def restored(trainer: Any) -> Iterator[None]:
    """Inside, the model may be trained and changed; afterwards it, its optimizer and random numbers are as before."""
    optimizer, state = trainer.optimizer, trainer.model.__hornbeam__.run_state
    variables = variables_of(trainer)
    values = [v.numpy() for v in variables]
    host = rng.host().bit_generator.state
    rate, decay = getattr(optimizer, "_learning_rate", None), getattr(optimizer, "decay", None)
    settings = {k: getattr(optimizer, k, None) for k in ("clipnorm", "clipvalue", "global_clipnorm")}
    kept = state.history, state.stop_training, list(state.mistakes)
    try:
        yield
    finally:
        if getattr(optimizer, "_learning_rate", None) is not rate:
            optimizer._learning_rate = rate
        if getattr(optimizer, "decay", None) != decay:
            optimizer.decay = decay
        for name, value in settings.items():
            if getattr(optimizer, name, None) is not value:
                setattr(optimizer, name, value)
        for variable, value in zip(variables, values, strict=True):
            variable.hold(value)
        rng.host().bit_generator.state = host
        state.history, state.stop_training, state.mistakes = kept


def variables_of(trainer: Any) -> list[Any]:
    """All that a run changes: the model's variables, the optimizer's, and what its programs draw numbers from."""
    parts = [
        *trainer.model.variables,
        *trainer.optimizer.variables,
        *(v for m in trainer.model.metrics for v in m.variables),
    ]
    parts += [v for program in trainer.programs for v in program.variables]
    return list({id(v): v for v in parts}.values())
