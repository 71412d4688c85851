"""`F1Score` and `FBetaScore`: precision and recall in one number."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.core import settings
from hornbeam.losses.reduction import aligned, lead
from hornbeam.metrics.metric import Metric
from hornbeam.ops.dispatch import as_array

__all__ = ["FBetaScore", "F1Score"]


class FBetaScore(Metric):
    """(1 + β²) P R / (β² P + R), with precision P = TP / (TP + FP) and recall R = TP / (TP + FN).

    Args:
        average: None for one number per class, "micro" (all classes counted together), "macro" (the mean over
            classes), or "weighted" (the mean weighted by how frequent the classes are).
        beta: β: how much more recall counts than precision.
        threshold: outputs above it are taken for class 1; by default the largest output of a row is.
        name, dtype: as in `Metric`.

    Targets and outputs have the shape (batch, classes).

    >>> import hornbeam
    >>> metric = hornbeam.metrics.FBetaScore(average="macro", beta=2.0)
    >>> round(float(metric([[0, 1], [1, 0]], [[0.2, 0.8], [0.3, 0.7]])), 4)
    0.4167
    """

    as_number = 'average="macro"'

    def __init__(
        self,
        average: str | None = None,
        beta: float = 1.0,
        threshold: float | None = None,
        name: str | None = "fbeta_score",
        dtype: Any = None,
    ):
        super().__init__(name=name, dtype=dtype)
        if average not in (None, "micro", "macro", "weighted"):
            raise ValueError(f"`average` must be None, 'micro', 'macro' or 'weighted'. Received: average={average!r}.")
        if not isinstance(beta, int | float) or beta <= 0:
            raise ValueError(f"`beta` must be a positive number. Received: beta={beta!r}.")
        if threshold is not None and not (isinstance(threshold, int | float) and 0 < threshold <= 1):
            raise ValueError(f"`threshold` must be in (0, 1]. Received: threshold={threshold}.")
        self.average, self.beta, self.threshold = average, beta, threshold
        self._built = False

    def build(self, y_true_shape: Any, y_pred_shape: Any) -> None:
        if self._built:
            return
        if len(y_pred_shape) != 2:
            raise ValueError(
                f"`{type(self).__name__}` needs outputs of shape (batch, classes). Received: {tuple(y_pred_shape)}."
            )
        shape = () if self.average == "micro" else (y_pred_shape[-1],)
        self.true_positives = self.add_variable(shape, name="true_positives")
        self.false_positives = self.add_variable(shape, name="false_positives")
        self.false_negatives = self.add_variable(shape, name="false_negatives")
        self.intermediate_weights = self.add_variable(shape, name="intermediate_weights")
        self._built = True

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        y, p = aligned(as_array(y_true), engine.cast(as_array(y_pred), self.dtype))
        self.build(y.shape, p.shape)
        if self.threshold is None:
            taken = (p >= engine.max(p, axis=-1, keepdims=True)) & (engine.abs(p) > 1e-9)
        else:
            taken = p > self.threshold
        taken = engine.cast(taken, self.dtype)
        weight = (
            None
            if sample_weight is None
            else lead(engine.cast(as_array(sample_weight), self.dtype), p, "sample_weight")
        )
        axis = None if self.average == "micro" else 0
        for variable, amount in (
            (self.true_positives, taken * y),
            (self.false_positives, taken * (1 - y)),
            (self.false_negatives, (1 - taken) * y),
            (self.intermediate_weights, y),
        ):
            if weight is not None:
                amount = engine.where(weight == 0, 0, amount * weight)
            variable.assign_add(engine.sum(amount, axis=axis))

    def result(self) -> Any:
        if not self._built:
            return engine.full((), 0, self.dtype)
        tp, fp, fn = (v.value for v in (self.true_positives, self.false_positives, self.false_negatives))
        precision, recall = tp / (tp + fp + settings.epsilon()), tp / (tp + fn + settings.epsilon())
        b = self.beta * self.beta
        score = (1 + b) * precision * recall / (b * precision + recall + settings.epsilon())
        if self.average == "weighted":
            share = self.intermediate_weights.value
            return engine.sum(score * share / (engine.sum(share) + settings.epsilon()))
        return engine.sum(score) / score.shape[0] if self.average == "macro" else score


class F1Score(FBetaScore):
    """2 P R / (P + R): `FBetaScore` with β = 1, and otherwise its arguments.

    >>> import hornbeam
    >>> metric = hornbeam.metrics.F1Score(average="macro")
    >>> round(float(metric([[1, 0], [0, 1]], [[0.9, 0.1], [0.2, 0.8]])), 4)
    1.0
    """

    def __init__(
        self,
        average: str | None = None,
        threshold: float | None = None,
        name: str | None = "f1_score",
        dtype: Any = None,
    ):
        super().__init__(average=average, threshold=threshold, name=name, dtype=dtype)
