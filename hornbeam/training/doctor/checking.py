"""`Model.check`: the examination before training, which neither trains nor raises for data that `fit` refuses."""

from __future__ import annotations

import warnings
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
    refused: list[Finding] = []
    model = trainer.model

    def trying(action: Any) -> Any:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return action()
        except Exception as error:
            refused.append(as_finding(as_mistake(error)))
            return None

    def made(*data: Any, **options: Any) -> Any:
        settings: dict[str, Any] = {**options, **names_of(model)}
        return as_source(*data, check_finite=False, **settings)

    source = trying(
        lambda: made(x, y, sample_weight, batch_size=batch_size, shuffle=shuffle, class_weight=class_weight)
    )
    validation = None
    if source is not None and validation_data is not None:
        validation = trying(lambda: made(*checks.as_validation_data(validation_data), batch_size=batch_size))
    elif source is not None and validation_split:
        source, validation = trying(lambda: source.split(validation_split)) or (source, None)
    if source is None:
        return Diagnosis(refused)
    data = trying(lambda: batch_of(source))
    if data is None or trying(lambda: trainer.prepare(data, is_training=True) or True) is None:
        return Diagnosis(refused)
    trying(lambda: checks.check_class_weight(trainer, class_weight))
    given = [("training", data), *([("validation", batch_of(validation))] if validation is not None else [])]
    for what, part in given:
        for where, leaf in leaves(part):
            if isinstance(leaf, np.ndarray):
                trying(lambda where=where, leaf=leaf: raise_unless_finite(leaf, where, None))
        trying(lambda part=part, what=what: checks.check_data(trainer, part, what))
    settings = Settings(batch_size or 32, shuffle, class_weight, bool(validation_split))
    evidence = evidence_of(trainer, source, validation, settings)
    found = without_training(evidence)
    if thorough and not refused:
        found += trying(lambda: by_heart(evidence)) or []
    told = {finding.name for finding in refused}
    return Diagnosis([*refused, *(finding for finding in found if finding.name not in told)])


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
