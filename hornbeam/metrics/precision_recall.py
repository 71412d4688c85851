"""Precision and recall."""

from __future__ import annotations

from typing import Any

from hornbeam.core.declarations import fact
from hornbeam.metrics.confusion import ConfusionMetric
from hornbeam.ops.math import divide_no_nan

__all__ = ["Precision", "Recall"]


class Precision(ConfusionMetric):
    """TP / (TP + FP): how many of those taken for class 1 are.

    Args:
        thresholds: one or several; 0.5 by default, none with `top_k`.
        top_k: only the k largest outputs of a row can be above a threshold.
        class_id: count one class only.
        name, dtype: as in `Metric`.

    >>> import hornbeam
    >>> float(hornbeam.metrics.Precision()([0, 1, 1, 1], [0.9, 0.2, 0.8, 0.1]))
    0.5
    """

    kept = ("true_positives", "false_positives")

    def __init__(
        self,
        thresholds: Any = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ):
        super().__init__(name=name, dtype=dtype)
        self.top_k, self.class_id = top_k, class_id
        self._use_thresholds(thresholds)
        self._add_counts((len(self.thresholds),))

    @fact
    def outputs(self) -> Any:
        """Probabilities, for the threshold that is used when none was asked for."""
        return "probabilities" if self.init_thresholds is None and self.top_k is None else None

    def result(self) -> Any:
        right, wrong = (getattr(self, name).value for name in self.kept)
        return self._of_one(divide_no_nan(right, right + wrong))


class Recall(Precision):
    """TP / (TP + FN): how many of class 1 are found. The arguments are those of `Precision`.

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.Recall()([0, 1, 1, 1], [0.9, 0.2, 0.8, 0.1])), 4)
    0.3333
    """

    kept = ("true_positives", "false_negatives")

    def __init__(
        self,
        thresholds: Any = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ):
        super().__init__(thresholds, top_k, class_id, name, dtype)
