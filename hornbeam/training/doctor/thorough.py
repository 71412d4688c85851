"""`model.check(..., thorough=True)`: whether the model can learn four rows by heart, and what stands in the way."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from hornbeam.data import ArraySource
from hornbeam.training.doctor.evidence import Evidence, Settings
from hornbeam.training.doctor.examination import after_training, before_training
from hornbeam.training.doctor.finding import Finding
from hornbeam.training.doctor.run import Run
from hornbeam.training.doctor.trials import restored, train

ROWS, STEPS = 4, 150
# What a few rows say about themselves alone.
_OF_DATA = ("class_imbalance", "constant_column", "shuffled_labels", "target_leak", "overfitting")


def by_heart(e: Evidence) -> list[Finding]:
    """What stands in the way of learning four rows by heart; the model stays as it is."""
    if not e.outputs or e.train.size < 2:
        return []
    few = e.train.take(_different(e))
    source = ArraySource(few.x, few.y, few.weights, batch_size=ROWS)
    with restored(e.trainer):
        run = Run(e.trainer, source)
        train(e.trainer, source, STEPS)
        run.take_over(e.model.history, STEPS)
        after = Evidence(e.trainer, few, None, Settings(ROWS), run)
        # There is nothing to predict: all of it can be known.
        known = {
            o.name: SimpleNamespace(skill=1.0, error=0.0, score=1.0) for o in after.outputs if o.vectors is not None
        }
        after.references = after.glimpses = known  # type: ignore[assignment]
        found = after_training(after, before_training(after))
        is_learnt = not after.deficit
    return [] if is_learnt else [f for f in found if f.severity != "note" and f.name not in _OF_DATA]


def _different(e: Evidence) -> np.ndarray:
    """Rows with different targets, as far as there are some."""
    labels = e.outputs[0].labels
    if labels is None or labels.ndim > 1:
        return np.linspace(0, e.train.size - 1, min(ROWS, e.train.size)).astype(int)
    places = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    turns = [place[turn] for turn in range(ROWS) for place in places if turn < len(place)]
    return np.array(sorted(turns[:ROWS]))
