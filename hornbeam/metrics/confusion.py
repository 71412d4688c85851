"""True and false positives and negatives, at one threshold or many, and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from hornbeam import engine
from hornbeam.core import settings
from hornbeam.losses.reduction import aligned, lead
from hornbeam.metrics.metric import Metric
from hornbeam.metrics.reduction import divide_no_nan
from hornbeam.ops.dispatch import Array, as_array

__all__ = [
    "AUC",
    "Precision",
    "Recall",
    "TruePositives",
    "TrueNegatives",
    "FalsePositives",
    "FalseNegatives",
    "SensitivityAtSpecificity",
    "SpecificityAtSensitivity",
    "PrecisionAtRecall",
    "RecallAtPrecision",
    "SensitivitySpecificityBase",
]

_NAMES = ("true_positives", "false_positives", "true_negatives", "false_negatives")
_FEW = 8  # so many thresholds are compared one by one


class Counts(NamedTuple):
    """Sums of weights for each threshold, or for each threshold and label."""

    true_positives: Array
    false_positives: Array
    true_negatives: Array
    false_negatives: Array


def count(y: Array, p: Array, weight: Array, thresholds: Sequence[float], by_label: bool = False) -> Counts:
    """What `p > threshold` gets right and wrong about the truth of `y`, for each threshold.

    With `by_label`, the last axis is counted apart.
    """
    labels = p.shape[-1] if by_label else 1
    y, p, weight = (engine.reshape(x, (-1, labels)) for x in (y, p, engine.broadcast_to(weight, p.shape)))
    true = engine.cast(y, "bool")
    of_true, of_false = engine.where(true, weight, 0), engine.where(true, 0, weight)
    sums = (
        _few(p, of_true, of_false, thresholds) if len(thresholds) <= _FEW else _many(p, of_true, of_false, thresholds)
    )
    return sums if by_label else Counts(*(engine.reshape(x, (len(thresholds),)) for x in sums))


def _few(p: Array, of_true: Array, of_false: Array, thresholds: Sequence[float]) -> Counts:
    t = engine.asarray(np.asarray(thresholds, "float32")[:, None, None])
    above = engine.cast(p, "float32") > t
    return Counts(
        engine.sum(engine.where(above, of_true, 0), axis=1),
        engine.sum(engine.where(above, of_false, 0), axis=1),
        engine.sum(engine.where(above, 0, of_false), axis=1),
        engine.sum(engine.where(above, 0, of_true), axis=1),
    )


def _many(p: Array, of_true: Array, of_false: Array, thresholds: Sequence[float]) -> Counts:
    """By a histogram over the intervals between thresholds, summed up from either end."""
    n, labels = len(thresholds), p.shape[1]
    order = np.argsort(thresholds, kind="stable")
    t = engine.asarray(np.asarray(thresholds, "float32")[order])
    interval = engine.searchsorted(t, engine.reshape(engine.cast(p, "float32"), (-1,)), "left")
    label = engine.broadcast_to(engine.arange(0, labels, 1, "int32"), p.shape)
    places = engine.reshape(interval * labels + engine.reshape(label, (-1,)), (-1, 1))
    rank = engine.asarray(np.argsort(order).astype("int32"))

    def both_ways(amounts: Array) -> tuple[Array, Array]:
        empty = engine.full(((n + 1) * labels,), 0, engine.dtype_name(amounts))
        histogram = engine.scatter_add(empty, places, engine.reshape(amounts, (-1,)))
        histogram = engine.reshape(histogram, (n + 1, labels))
        above = engine.flip(engine.cumsum(engine.flip(histogram, 0), 0), 0)[1:]
        below = engine.cumsum(histogram, 0)[:-1]
        return engine.take(above, rank, 0), engine.take(below, rank, 0)

    (tp, fn), (fp, tn) = both_ways(of_true), both_ways(of_false)
    return Counts(tp, fp, tn, fn)


class ConfusionMetric(Metric):
    """Base: keeps the counts named in `kept`, for each of `thresholds`. Masks of the outputs do not count here."""

    kept: tuple[str, ...] = _NAMES
    thresholds: Any = None
    class_id: int | None = None
    top_k: int | None = None

    def _add_counts(self, shape: tuple[int, ...]) -> None:
        for name in self.kept:
            setattr(self, name, self.add_variable(shape, "zeros", name=name))

    def _count(self, y_true: Any, y_pred: Any, sample_weight: Any) -> Counts:
        y, p, weight = self._prepare(y_true, y_pred, sample_weight)
        return count(y, p, weight, self._thresholds)

    def _prepare(self, y_true: Any, y_pred: Any, sample_weight: Any) -> tuple[Array, Array, Array]:
        y, p = aligned(as_array(y_true), engine.cast(as_array(y_pred), self.dtype))
        if sample_weight is None:
            weight = engine.full((1,) * len(p.shape), 1, self.dtype)
        else:
            weight = lead(engine.cast(as_array(sample_weight), self.dtype), p, "sample_weight")
        if self.top_k is not None:
            p = _only_top_k(p, self.top_k)
        if self.class_id is not None:
            c = slice(self.class_id, self.class_id + 1)
            y, p, weight = y[..., c], p[..., c], weight if weight.shape[-1] == 1 else weight[..., c]
        return y, p, weight

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        counts = self._count(y_true, y_pred, sample_weight)
        for name in self.kept:
            getattr(self, name).assign_add(getattr(counts, name))

    @property
    def _thresholds(self) -> Sequence[float]:
        """The thresholds that are used, for those that were asked for."""
        if self.thresholds is None:
            return [0.5 if self.top_k is None else -1e10]
        return list(self.thresholds) if isinstance(self.thresholds, list | tuple | np.ndarray) else [self.thresholds]

    def _of_one(self, values: Array) -> Array:
        """A scalar where there is one threshold."""
        return values[0] if values.shape == (1,) else values


def _only_top_k(p: Array, k: int) -> Array:
    """`p` where it is one of the k largest along the last axis, far below any threshold elsewhere."""
    _, index = engine.top_k(p, k)
    classes = engine.arange(0, p.shape[-1], 1, "int32")
    chosen = engine.any(engine.reshape(index, (*index.shape, 1)) == classes, axis=-2)
    return engine.where(chosen, p, -1e10)


def _check_thresholds(thresholds: Any) -> None:
    values = np.atleast_1d(np.asarray([] if thresholds is None else thresholds, dtype=object))
    if any(t is None or not 0 <= t <= 1 for t in values):
        raise ValueError(f"`thresholds` must be in [0, 1]. Received: thresholds={thresholds}.")


class _OneCount(ConfusionMetric):
    """The weight of one kind of outcome."""

    _outcome = ""
    kept = ("accumulator",)

    def __init__(self, thresholds: Any = None, name: str | None = None, dtype: Any = None):
        super().__init__(name=name, dtype=dtype)
        _check_thresholds(thresholds)
        self.thresholds = thresholds
        self._add_counts((len(self._thresholds),))

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
        _check_thresholds(thresholds)
        self.thresholds, self.top_k, self.class_id = thresholds, top_k, class_id
        self._add_counts((len(self._thresholds),))

    @property
    def outputs(self) -> Any:
        """Probabilities, for the threshold that is used when none was asked for."""
        return "probabilities" if self.thresholds is None and self.top_k is None else None

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
        tp, fp, tn, fn = (getattr(self, count).value for count in _NAMES)
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
        _check_thresholds(thresholds)
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

    @property
    def outputs(self) -> Any:
        """Probabilities, unless it is said to take logits."""
        return None if self.from_logits else "probabilities"

    @property
    def thresholds(self) -> list[float]:
        """All thresholds, ascending, with one below 0 and one above 1."""
        return list(self._limits)

    @property
    def _thresholds(self) -> Sequence[float]:
        return self._limits

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
        return [getattr(self, name).value for name in _NAMES]

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
