"""How many outputs of one kind there are: true and false positives and negatives."""

from __future__ import annotations

from typing import Any

from hornbeam.metrics.confusion import ConfusionMetric

__all__ = ["TruePositives", "TrueNegatives", "FalsePositives", "FalseNegatives"]


class _OneCount(ConfusionMetric):
    """The weight of one kind of outcome."""

    _outcome = ""
    kept = ("accumulator",)

    def __init__(self, thresholds: Any = None, name: str | None = None, dtype: Any = None):
        super().__init__(name=name, dtype=dtype)
        self._use_thresholds(thresholds)
        self._add_counts((len(self.thresholds),))

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        self.accumulator.assign_add(getattr(self._count(y_true, y_pred, sample_weight), self._outcome))

    def result(self) -> Any:
        return self._of_one(self.accumulator.value)


class TruePositives(_OneCount):
    """How many outputs above the threshold are of class 1.

    Args:
        thresholds: one or several; 0.5 by default.
        name, dtype: as in `Metric`.

    >>> import hornbeam
    >>> float(hornbeam.metrics.TruePositives()([1, 1, 0], [0.9, 0.2, 0.8]))
    1.0
    """

    _outcome = "true_positives"


class TrueNegatives(_OneCount):
    """How many outputs below the threshold are of class 0.

    Args:
        thresholds: one or several; 0.5 by default.
        name, dtype: as in `Metric`.

    >>> import hornbeam
    >>> float(hornbeam.metrics.TrueNegatives()([0, 1, 1], [0.2, 0.3, 0.9]))
    1.0
    """

    _outcome = "true_negatives"


class FalsePositives(_OneCount):
    """How many outputs above the threshold are of class 0.

    Args:
        thresholds: one or several; 0.5 by default.
        name, dtype: as in `Metric`.

    >>> import hornbeam
    >>> float(hornbeam.metrics.FalsePositives()([0, 1, 1], [0.2, 0.3, 0.9]))
    0.0
    """

    _outcome = "false_positives"


class FalseNegatives(_OneCount):
    """How many outputs below the threshold are of class 1.

    Args:
        thresholds: one or several; 0.5 by default.
        name, dtype: as in `Metric`.

    >>> import hornbeam
    >>> float(hornbeam.metrics.FalseNegatives()([0, 1, 1], [0.2, 0.3, 0.9]))
    1.0
    """

    _outcome = "false_negatives"
