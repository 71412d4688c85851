"""Areas under curves of rates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import settings
from hornbeam.core.declarations import fact
from hornbeam.metrics.confusion import OUTCOMES, ConfusionMetric, check_thresholds, count
from hornbeam.ops.dispatch import Array
from hornbeam.ops.math import divide_no_nan

__all__ = ["AUC"]


class AUC(ConfusionMetric):
    """The area under a curve of rates, over all thresholds.

    Args:
        num_thresholds: how many there are, evenly spread over [0, 1].
        curve: "ROC" (true over false positive rate), "PR" (precision over recall), or "PRGAIN" (their gains over
            taking everything for class 1).
        summation_method: the height between two thresholds: "interpolation", "minoring" or "majoring".
        name, dtype: as in `Metric`.
        thresholds: in place of those evenly spread.
        multi_label: one curve for each column, and the mean of their areas.
        num_labels: the number of columns, found with the first batch by default.
        label_weights: the columns' weights in that mean, or in the counts without `multi_label`.
        from_logits: whether outputs are logits rather than probabilities.

    Source: Davis & Goadrich, The Relationship Between Precision-Recall and ROC Curves, 2006 (interpolation of PR);
    Flach & Kull, Precision-Recall-Gain Curves, 2015.

    >>> import hornbeam
    >>> float(hornbeam.metrics.AUC()([0, 0, 1, 1], [0.1, 0.6, 0.4, 0.9]))
    0.75
    """

    def __init__(
        self,
        num_thresholds: int = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        dtype: Any = None,
        thresholds: Sequence[float] | None = None,
        multi_label: bool = False,
        num_labels: int | None = None,
        label_weights: Any = None,
        from_logits: bool = False,
    ):
        super().__init__(name=name, dtype=dtype)
        check_thresholds(thresholds)
        if curve.upper() not in ("ROC", "PR", "PRGAIN"):
            raise ValueError(f"`curve` must be 'ROC', 'PR' or 'PRGAIN'. Received: curve={curve!r}.")
        if summation_method.lower() not in ("interpolation", "minoring", "majoring"):
            raise ValueError(
                "`summation_method` must be 'interpolation', 'minoring' or 'majoring'. "
                f"Received: summation_method={summation_method!r}."
            )
        if thresholds is None and num_thresholds <= 1:
            raise ValueError(f"`num_thresholds` must be above 1. Received: num_thresholds={num_thresholds}.")
        inner = np.linspace(0, 1, num_thresholds)[1:-1] if thresholds is None else np.sort(thresholds)
        self._limits = [-settings.epsilon(), *inner.tolist(), 1 + settings.epsilon()]
        self.num_thresholds = len(self._limits)
        self.curve, self.summation_method = curve.upper(), summation_method.lower()
        self.multi_label, self.num_labels, self.label_weights = multi_label, num_labels, label_weights
        self.from_logits = from_logits
        self._built = False
        if not multi_label or num_labels:
            self.build(None, (None, num_labels))

    @fact
    def outputs(self) -> Any:
        """Probabilities, unless it is said to take logits."""
        return None if self.from_logits else "probabilities"

    @property
    def thresholds(self) -> list[float]:
        """All thresholds, ascending, with one below 0 and one above 1."""
        return list(self._limits)

    def build(self, y_true_shape: Any, y_pred_shape: Any) -> None:
        if self._built:
            return
        labels = (y_pred_shape[-1],) if self.multi_label else ()
        self._add_counts((len(self._limits), *labels))
        self._built = True

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        y, p, weight = self._prepare(y_true, y_pred, sample_weight)
        self.build(y.shape, p.shape)
        p = engine.sigmoid(p) if self.from_logits else p
        if self.label_weights is not None and not self.multi_label:
            weight = weight * engine.asarray(np.asarray(self.label_weights, "float32"))
        counts = count(y, p, weight, self._limits, by_label=self.multi_label)
        for name in self.kept:
            getattr(self, name).assign_add(getattr(counts, name))

    def result(self) -> Any:
        if not self._built:
            return engine.full((), 0, self.dtype)
        if self.curve == "PR" and self.summation_method == "interpolation":
            return self.interpolate_pr_auc()
        x, y = {"ROC": _roc, "PR": _pr, "PRGAIN": _pr_gain}[self.curve](*self._values())
        left, right = y[:-1], y[1:]
        heights = {
            "interpolation": (left + right) / 2,
            "minoring": engine.minimum(left, right),
            "majoring": engine.maximum(left, right),
        }[self.summation_method]
        return self._mean_area((x[:-1] - x[1:]) * heights)

    def interpolate_pr_auc(self) -> Any:
        """The area under the precision-recall curve, interpolated as Davis & Goadrich do."""
        tp, fp, _, fn = self._values()
        return self._mean_area(_interpolated_pr(tp, fp, fn))

    def _values(self) -> list[Array]:
        return [getattr(self, name).value for name in OUTCOMES]

    def _mean_area(self, areas: Array) -> Array:
        """The sum over the thresholds; of several labels, their mean under `label_weights`."""
        area = engine.sum(areas, axis=0)
        if not self.multi_label:
            return area
        weights = np.ones(area.shape) if self.label_weights is None else np.asarray(self.label_weights)
        weights = engine.asarray(weights.astype("float32"))
        return divide_no_nan(engine.sum(area * weights), engine.sum(weights))


def _roc(tp: Array, fp: Array, tn: Array, fn: Array) -> tuple[Array, Array]:
    return divide_no_nan(fp, fp + tn), divide_no_nan(tp, tp + fn)


def _pr(tp: Array, fp: Array, tn: Array, fn: Array) -> tuple[Array, Array]:
    return divide_no_nan(tp, tp + fn), divide_no_nan(tp, tp + fp)


def _pr_gain(tp: Array, fp: Array, tn: Array, fn: Array) -> tuple[Array, Array]:
    ratio = divide_no_nan(tp + fn, tn + fp)
    recall_gain = engine.where(tp == 0, 0, 1 - ratio * divide_no_nan(fn, tp))
    return engine.maximum(recall_gain, 0), engine.where(tp == 0, 1, 1 - ratio * divide_no_nan(fp, tp))


def _interpolated_pr(tp: Array, fp: Array, fn: Array) -> Array:
    """Areas under the PR curve between thresholds, where TP grows in proportion to the number taken for class 1."""
    taken = tp + fp
    d_tp, d_taken = tp[:-1] - tp[1:], engine.maximum(taken[:-1] - taken[1:], 0)
    slope = divide_no_nan(d_tp, d_taken)
    intercept = tp[1:] - slope * taken[1:]
    both = (taken[:-1] > 0) & (taken[1:] > 0)
    ratio = engine.where(both, taken[:-1] / engine.where(both, taken[1:], 1), 1)
    return divide_no_nan(slope * (d_tp + intercept * engine.log(ratio)), engine.maximum(tp[1:] + fn[1:], 0))
