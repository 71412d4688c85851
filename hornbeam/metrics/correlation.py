"""How outputs vary with targets: the coefficient of determination, and correlations."""

from __future__ import annotations

import operator
from typing import Any

from hornbeam import engine
from hornbeam.core import settings
from hornbeam.losses.reduction import aligned, lead
from hornbeam.metrics.definition import metric_function
from hornbeam.metrics.metric import Metric
from hornbeam.metrics.reduction import MeanMetricWrapper
from hornbeam.ops.dispatch import Array, as_array
from hornbeam.ops.math import divide_no_nan, mean

__all__ = [
    "pearson_correlation",
    "concordance_correlation",
    "R2Score",
    "PearsonCorrelation",
    "ConcordanceCorrelation",
]


class R2Score(Metric):
    """R² = 1 - Σ (y - ŷ)² / Σ (y - mean(y))²; 1 - (1 - R²) (n - 1) / (n - p - 1) with p = `num_regressors`.

    The second sum is kept about the mean of all batches so far (Chan et al., 1979), so that targets far from 0 lose no
    digits. Where targets do not vary, R² is 1 if the outputs are exact and 0 if not, as in scikit-learn.

    Args:
        class_aggregation: of the columns' scores: "uniform_average", "variance_weighted_average", or None for one each.
        num_regressors: p, above 0 for the adjusted score; it has no effect before n > p + 1 rows of weight.
        name, dtype: as in `Metric`.

    Targets and outputs have the shape (batch, columns).

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.R2Score()([[1.0], [4.0], [3.0]], [[2.0], [4.0], [4.0]])), 4)
    0.5714
    """

    as_number = 'class_aggregation="uniform_average"'

    def __init__(
        self,
        class_aggregation: str | None = "uniform_average",
        num_regressors: int = 0,
        name: str | None = "r2_score",
        dtype: Any = None,
    ):
        super().__init__(name=name, dtype=dtype)
        if class_aggregation not in (None, "uniform_average", "variance_weighted_average"):
            raise ValueError(
                "`class_aggregation` must be None, 'uniform_average' or 'variance_weighted_average'. "
                f"Received: class_aggregation={class_aggregation!r}."
            )
        if num_regressors < 0:
            raise ValueError(f"`num_regressors` must not be negative. Received: num_regressors={num_regressors}.")
        self.class_aggregation, self.num_regressors = class_aggregation, num_regressors
        self.num_samples = self.add_variable((), name="num_samples")
        self._built = False

    def build(self, y_true_shape: Any, y_pred_shape: Any) -> None:
        if self._built:
            return
        if len(y_pred_shape) != 2:
            raise ValueError(f"`R2Score` needs outputs of shape (batch, columns). Received: {tuple(y_pred_shape)}.")
        columns = (y_pred_shape[-1],)
        self.squared_sum = self.add_variable(columns, name="squared_sum")
        self.sum = self.add_variable(columns, name="sum")
        self.total_mse = self.add_variable(columns, name="residual")
        self.count = self.add_variable(columns, name="count")
        self._built = True

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        y, p = aligned(as_array(y_true), engine.cast(as_array(y_pred), self.dtype))
        self.build(y.shape, p.shape)
        w = engine.full((1, 1), 1, self.dtype) if sample_weight is None else as_array(sample_weight)
        w = engine.broadcast_to(lead(engine.cast(w, self.dtype), p, "sample_weight"), p.shape)
        y, e = engine.where(w == 0, 0, y), engine.where(w == 0, 0, y - p)
        n, total = engine.sum(w, axis=0), engine.sum(w * y, axis=0)
        distance = y - divide_no_nan(total, n)
        known, sums = self.count.value, self.sum.value
        shift = divide_no_nan(total, n) - divide_no_nan(sums, known)
        between = shift * shift * divide_no_nan(known * n, known + n)
        self.squared_sum.assign_add(engine.sum(w * distance * distance, axis=0) + between)
        self.sum.assign_add(total)
        self.total_mse.assign_add(engine.sum(w * e * e, axis=0))
        self.count.assign_add(n)
        self.num_samples.assign_add(engine.sum(engine.cast(engine.any(w != 0, axis=1), self.dtype)))

    def result(self) -> Any:
        if not self._built:
            return engine.full((), 0, self.dtype)
        total, residual, n = self.squared_sum.value, self.total_mse.value, self.num_samples.value
        exact = engine.cast(residual == 0, self.dtype)
        r2 = engine.where(total == 0, exact, 1 - residual / engine.where(total == 0, 1, total))
        if self.class_aggregation == "uniform_average":
            r2 = engine.sum(r2) / r2.shape[0]
        elif self.class_aggregation == "variance_weighted_average":
            r2 = engine.where(
                engine.sum(total) == 0, mean(r2), divide_no_nan(engine.sum(total * r2), engine.sum(total))
            )
        if not self.num_regressors:
            return r2
        freedom = n - self.num_regressors - 1
        return engine.where(freedom > 0, 1 - (1 - r2) * (n - 1) / engine.where(freedom > 0, freedom, 1), r2)


@metric_function()
def pearson_correlation(y_true: Array, y_pred: Array, axis: int = -1) -> Array:
    """cov(y, ŷ) / (σ(y) σ(ŷ)) along an axis: how nearly ŷ is a + b y, with the sign of b; 0 where one does not vary.

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.pearson_correlation([0.0, 1.0, 0.5], [0.1, 0.9, 0.5])), 4)
    1.0
    """
    y, p = _centred(y_true, y_pred, axis)
    variances = mean(y * y, axis) * mean(p * p, axis)
    return divide_no_nan(mean(y * p, axis), engine.sqrt(engine.where(variances == 0, 1, variances)))


@metric_function()
def concordance_correlation(y_true: Array, y_pred: Array, axis: int = -1) -> Array:
    """2 cov(y, ŷ) / (σ²(y) + σ²(ŷ) + (mean(y) - mean(ŷ))²) along an axis: how nearly ŷ is y.

    Source: Lin, A Concordance Correlation Coefficient to Evaluate Reproducibility, 1989.

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.concordance_correlation([0.0, 1.0, 0.5], [0.1, 0.9, 0.5])), 4)
    0.9756
    """
    apart = operator.sub(*(mean(x, axis) for x in aligned(y_true, y_pred)))
    y, p = _centred(y_true, y_pred, axis)
    return 2 * mean(y * p, axis) / (mean(y * y, axis) + mean(p * p, axis) + apart * apart + settings.epsilon())


def _centred(y_true: Array, y_pred: Array, axis: int) -> tuple[Array, Array]:
    y, p = aligned(y_true, y_pred)
    return y - mean(y, axis, True), p - mean(p, axis, True)


class PearsonCorrelation(MeanMetricWrapper):
    """Mean of cov(y, ŷ) / (σ(y) σ(ŷ)) along `axis`.

    Args:
        name, dtype: as in `Metric`.
        axis: along which values vary; with the batch's, 0, each batch has a correlation of its own.

    >>> import hornbeam
    >>> metric = hornbeam.metrics.PearsonCorrelation()
    >>> round(float(metric([[0.0, 1.0, 0.5], [1.0, 1.0, 0.2]], [[0.1, 0.9, 0.5], [1.0, 0.9, 0.2]])), 4)
    0.9967
    """

    def __init__(self, name: str | None = "pearson_correlation", dtype: Any = None, axis: int = -1):
        super().__init__(pearson_correlation, name, dtype, axis=axis)


class ConcordanceCorrelation(MeanMetricWrapper):
    """Mean of 2 cov(y, ŷ) / (σ²(y) + σ²(ŷ) + (mean(y) - mean(ŷ))²) along `axis`.

    Args:
        name, dtype: as in `Metric`.
        axis: along which values vary; with the batch's, 0, each batch has a correlation of its own.

    >>> import hornbeam
    >>> metric = hornbeam.metrics.ConcordanceCorrelation()
    >>> round(float(metric([[0.0, 1.0, 0.5], [1.0, 1.0, 0.2]], [[0.1, 0.9, 0.5], [1.0, 0.9, 0.2]])), 4)
    0.9816
    """

    def __init__(self, name: str | None = "concordance_correlation", dtype: Any = None, axis: int = -1):
        super().__init__(concordance_correlation, name, dtype, axis=axis)
