"""One rate at the best of the thresholds where another is high enough."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.metrics.confusion import OUTCOMES, ConfusionMetric
from hornbeam.ops.dispatch import Array
from hornbeam.ops.math import divide_no_nan

# fmt: off
__all__ = [
    "SensitivityAtSpecificity", "SpecificityAtSensitivity", "PrecisionAtRecall", "RecallAtPrecision",
    "SensitivitySpecificityBase",
]
# fmt: on


class SensitivitySpecificityBase(ConfusionMetric):
    """Base: the largest value of one rate at the thresholds where another is high enough; 0 if there are none.

    Args:
        value: how high the other rate must be.
        num_thresholds: how many there are, evenly spread over [0, 1].
        class_id: count one class only.
        name, dtype: as in `Metric`.
    """

    _condition, _wanted = "value", ""

    def __init__(
        self,
        value: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ):
        super().__init__(name=name, dtype=dtype)
        if not 0 <= value <= 1:
            raise ValueError(f"`{self._condition}` must be in [0, 1]. Received: {self._condition}={value}.")
        if num_thresholds <= 0:
            raise ValueError(f"`num_thresholds` must be positive. Received: num_thresholds={num_thresholds}.")
        self.value, self.num_thresholds, self.class_id = value, num_thresholds, class_id
        self.thresholds = [0.5] if num_thresholds == 1 else np.linspace(0, 1, num_thresholds).tolist()
        self._add_counts((num_thresholds,))

    def _rate(self, name: str) -> Array:
        tp, fp, tn, fn = (getattr(self, count).value for count in OUTCOMES)
        right, wrong = {"precision": (tp, fp), "recall": (tp, fn), "sensitivity": (tp, fn), "specificity": (tn, fp)}[
            name
        ]
        return divide_no_nan(right, right + wrong)

    def result(self) -> Any:
        return engine.max(engine.where(self._rate(self._condition) >= self.value, self._rate(self._wanted), 0))


class SensitivityAtSpecificity(SensitivitySpecificityBase):
    """The best TP / (TP + FN) among thresholds with TN / (TN + FP) ≥ `specificity`.

    Args:
        specificity: how high TN / (TN + FP) must be, in [0, 1].
        num_thresholds: how many there are, evenly spread over [0, 1].
        class_id: count one class only.
        name, dtype: as in `Metric`.

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.SensitivityAtSpecificity(specificity=0.5)([0, 0, 1, 1], [0.1, 0.6, 0.4, 0.9])), 4)
    1.0
    """

    _condition, _wanted = "specificity", "sensitivity"

    def __init__(
        self,
        specificity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ):
        super().__init__(specificity, num_thresholds, class_id, name, dtype)
        self.specificity = specificity


class SpecificityAtSensitivity(SensitivitySpecificityBase):
    """The best TN / (TN + FP) among thresholds with TP / (TP + FN) ≥ `sensitivity`.

    Args:
        sensitivity: how high TP / (TP + FN) must be, in [0, 1].
        num_thresholds: how many there are, evenly spread over [0, 1].
        class_id: count one class only.
        name, dtype: as in `Metric`.

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.SpecificityAtSensitivity(sensitivity=0.5)([0, 0, 1, 1], [0.1, 0.6, 0.4, 0.9])), 4)
    1.0
    """

    _condition, _wanted = "sensitivity", "specificity"

    def __init__(
        self,
        sensitivity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ):
        super().__init__(sensitivity, num_thresholds, class_id, name, dtype)
        self.sensitivity = sensitivity


class PrecisionAtRecall(SensitivitySpecificityBase):
    """The best TP / (TP + FP) among thresholds with TP / (TP + FN) ≥ `recall`.

    Args:
        recall: how high TP / (TP + FN) must be, in [0, 1].
        num_thresholds: how many there are, evenly spread over [0, 1].
        class_id: count one class only.
        name, dtype: as in `Metric`.

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.PrecisionAtRecall(recall=0.5)([0, 0, 1, 1], [0.1, 0.6, 0.4, 0.9])), 4)
    1.0
    """

    _condition, _wanted = "recall", "precision"

    def __init__(
        self,
        recall: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ):
        super().__init__(recall, num_thresholds, class_id, name, dtype)
        self.recall = recall


class RecallAtPrecision(SensitivitySpecificityBase):
    """The best TP / (TP + FN) among thresholds with TP / (TP + FP) ≥ `precision`.

    Args:
        precision: how high TP / (TP + FP) must be, in [0, 1].
        num_thresholds: how many there are, evenly spread over [0, 1].
        class_id: count one class only.
        name, dtype: as in `Metric`.

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.RecallAtPrecision(precision=0.5)([0, 0, 1, 1], [0.1, 0.6, 0.4, 0.9])), 4)
    1.0
    """

    _condition, _wanted = "precision", "recall"

    def __init__(
        self,
        precision: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ):
        super().__init__(precision, num_thresholds, class_id, name, dtype)
        self.precision = precision
