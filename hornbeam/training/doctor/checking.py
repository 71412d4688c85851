"""`Model.check`: the examination before training, which neither trains nor raises for data that `fit` refuses."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from hornbeam.core import tree
from hornbeam.data import ArraySource, StreamSource, as_source
from hornbeam.data.arrays import leaves
from hornbeam.data.checks import raise_unless_finite
from hornbeam.training import checks
from hornbeam.training.diagnosis import as_mistake
from hornbeam.training.doctor.data_view import Rows, rows_of
from hornbeam.training.doctor.evidence import Evidence, Settings
from hornbeam.training.doctor.examination import without_training
from hornbeam.training.doctor.finding import Diagnosis, Finding
from hornbeam.training.doctor.reports import as_finding
from hornbeam.training.doctor.thorough import by_heart
from hornbeam.training.loop.ready import names_of
from hornbeam.training.preparing import prepare


def check(
    trainer: Any,
    x: Any,
    y: Any = None,
    *,
    validation_data: Any = None,
    validation_split: float = 0.0,
    batch_size: int | None = None,
    shuffle: bool | str = True,
    class_weight: Any = None,
    sample_weight: Any = None,
    thorough: bool = False,
) -> Diagnosis:
    """What is wrong with data and model before training.

    Args:
        trainer: of the model.
        thorough: whether to try if the model can learn four rows by heart, and to say what stands in the way.
        x, y, validation_data, validation_split, batch_size, shuffle, class_weight, sample_weight: as of `fit`.
    """
    refused = _Refused()
    made: Callable[..., Any] = partial(as_source, batch_size=batch_size, check_finite=False, **names_of(trainer.model))
    source = refused.trying(lambda: made(x, y, sample_weight, shuffle=shuffle, class_weight=class_weight))
    validation = None
    if source is not None and validation_data is not None:
        validation = refused.trying(lambda: made(*checks.as_validation_data(validation_data)))
    elif source is not None and validation_split:
        source, validation = refused.trying(lambda: source.split(validation_split)) or (source, None)
    if source is None or not refused.looks_at(trainer, source, validation, class_weight):
        return Diagnosis(refused.findings)
    settings = Settings(batch_size or 32, shuffle, class_weight, bool(validation_split))
    evidence = evidence_of(trainer, source, validation, settings)
    found = without_training(evidence)
    if thorough and not refused.findings:
        found += refused.trying(lambda: by_heart(evidence)) or []
    told = {finding.name for finding in refused.findings}
    return Diagnosis([*refused.findings, *(finding for finding in found if finding.name not in told)])


class _Refused:
    """What `fit` would raise errors for, as findings."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def trying(self, action: Callable[[], Any]) -> Any:
        """What an action gives; `None` where it is refused, which is a finding."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return action()
        except Exception as error:
            self.findings.append(as_finding(as_mistake(error)))
            return None

    def looks_at(self, trainer: Any, source: Any, validation: Any, class_weight: Any) -> bool:
        """Compare the data with the model; returns whether the model could be built for them."""
        data = self.trying(lambda: batch_of(source))
        if data is None or self.trying(lambda: _is_prepared(trainer, data)) is None:
            return False
        self.trying(lambda: checks.check_class_weight(trainer, class_weight))
        self._looks_at_rows(trainer, data, "training")
        if validation is not None:
            self._looks_at_rows(trainer, batch_of(validation), "validation")
        return True

    def _looks_at_rows(self, trainer: Any, data: Any, what: str) -> None:
        for where, leaf in leaves(data):
            if isinstance(leaf, np.ndarray):
                self.trying(partial(raise_unless_finite, leaf, where, None))
        self.trying(lambda: checks.check_data(trainer, data, what))


def batch_of(source: Any) -> Any:
    """All rows of arrays in memory, the first batch of anything else."""
    return source.peek() if isinstance(source, StreamSource) else source.arrays


def evidence_of(trainer: Any, source: Any, validation: Any, settings: Settings, seen: Any = None) -> Evidence:
    """The evidence about sources of data, without the rows that are not finite; `seen` is what a stream has given."""

    def view(s: Any, data: Any = None) -> Rows:
        return _finite(rows_of(batch_of(s) if data is None else data, isinstance(s, StreamSource), _names(trainer)))

    everything = source.given[:2] if type(source) is ArraySource else None
    other = None if validation is None else view(validation)
    return Evidence(trainer, view(source, seen), other, settings, None, everything)


def _names(trainer: Any) -> list[str]:
    return list(trainer.model.__hornbeam__.input_names)


def _finite(rows: Rows) -> Rows:
    keeps = np.ones(rows.size, bool)
    for leaf in tree.leaves((rows.x, rows.y)):
        if leaf is not None and leaf.dtype.kind == "f":
            keeps &= np.isfinite(leaf.reshape(len(leaf), -1)).all(1)
    return rows if keeps.all() else rows.take(keeps)


def _is_prepared(trainer: Any, data: Any) -> bool:
    prepare(trainer, data, is_training=True)
    return True
