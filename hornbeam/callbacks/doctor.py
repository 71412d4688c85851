"""`Doctor`: says what is wrong with a training, where, and what to do."""

from __future__ import annotations

import sys

from hornbeam.callbacks.base import Callback, Logs
from hornbeam.callbacks.run_data import RunData
from hornbeam.data import StreamSource
from hornbeam.layers.base.tracking import remembering
from hornbeam.training.doctor.checking import evidence_of
from hornbeam.training.doctor.data_view import Gathered
from hornbeam.training.doctor.evidence import Settings
from hornbeam.training.doctor.examination import after_training, before_training, while_training
from hornbeam.training.doctor.finding import Diagnosis, Finding
from hornbeam.training.doctor.run import Run


class Doctor(Callback):
    """Examines the model, its data and its training; `fit(doctor=True)` adds one.

    Before the first epoch it looks at the data and the model, as `Model.check` does; after the last at what training
    has made of them. Where a model is worse than it should be, it trains it again with one thing changed, to find the
    cause; such trials take no longer than the training did (but a few seconds), and leave the model as it was. A
    training that goes well is neither slowed down nor changed: its history is the same to the bit.

    Args:
        verbose: 0 says nothing, 1 says what is found, each finding once, 2 says notes, too.
        trials: whether to train again with something changed.

    Attributes:
        findings: a `Diagnosis`, likeliest cause first; it has `show()`, `to_dataframe()` and `plot()`.

    >>> import numpy as np, hornbeam
    >>> model = hornbeam.Sequential([hornbeam.Input((2,)), hornbeam.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> doctor = hornbeam.callbacks.Doctor(verbose=0)
    >>> history = model.fit(np.zeros((4, 2)), np.zeros(4), verbose=0, callbacks=[doctor])
    >>> doctor.findings.names
    ['constant_column']
    """

    tells_of_nan = True  # and where it begins
    looks_last = True  # another callback may put back the weights of the best epoch

    def __init__(self, verbose: int = 1, trials: bool = True):
        self.verbose, self.trials = verbose, trials
        self.findings = Diagnosis()

    def set_run_data(self, data: RunData) -> None:
        """Called once before a run."""
        self._data = data

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._said: set[tuple[str, str]] = set()
        with remembering({}):  # nothing changes the model here: its layers are gone through once
            self._begin()

    def _begin(self) -> None:
        trainer = self.model.__hornbeam__.run_state.trainer
        self._run = Run(trainer, self._data.source, self._data.validation, self._data.keeps_best)
        self._settings = Settings(**self._data.settings)
        self._before = evidence_of(trainer, self._data.source, self._data.validation, self._settings)
        self._seen = Gathered() if isinstance(self._data.source, StreamSource) else None
        if self._seen is not None:
            self._data.source.watcher = self._seen
        self._found = before_training(self._before, is_sample=self._seen is not None)
        self._give(self._found, 0)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self._run.add(logs or {})
        if self._seen is not None:
            self._look_at_batches()
        if self._run.has_worsened:
            found = while_training(self._before.after(self._run, may_try=False))
            self._give([*self._found, *found], self._run.epochs)

    def _look_at_batches(self) -> None:
        """After the first epoch of a stream, its batches are known."""
        assert self._seen is not None
        data, self._data.source.watcher = self._data, None
        trainer = self._run.trainer
        if self._seen.batches:
            self._before = evidence_of(trainer, data.source, data.validation, self._settings, self._seen.data)
            self._found = before_training(self._before)
            self._give(self._found, self._run.epochs)
        self._seen = None

    def on_train_end(self, logs: Logs | None = None) -> None:
        if sys.exc_info()[0] is None and self._run.epochs:
            evidence = self._before.after(self._run, may_try=self.trials)
            self._give(after_training(evidence, self._found), self._run.epochs)
        if self._seen is not None:
            self._data.source.watcher = None
        del self._run, self._data, self._before, self._found, self._seen

    def _give(self, found: list[Finding], epoch: int) -> None:
        self.findings = Diagnosis(found, getattr(self._run, "history", {}))
        self.model.__hornbeam__.run_state.diagnosis = self.findings
        for finding in self.findings:
            is_new = (finding.name, finding.severity) not in self._said
            self._said.add((finding.name, finding.severity))
            if is_new and self.verbose > (finding.severity == "note"):
                print(f"Doctor, epoch {epoch}: {finding}")
