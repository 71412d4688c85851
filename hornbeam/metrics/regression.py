"""Errors of numbers."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.losses import regression as losses
from hornbeam.losses.reduction import aligned
from hornbeam.metrics.definition import metric_function
from hornbeam.metrics.reduction import Mean, MeanMetricWrapper
from hornbeam.ops.dispatch import Array, as_array

__all__ = [
    "cosine_similarity",
    "MeanSquaredError",
    "RootMeanSquaredError",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredLogarithmicError",
    "CosineSimilarity",
    "LogCoshError",
]


@metric_function()
def cosine_similarity(y_true: Array, y_pred: Array, axis: int = -1) -> Array:
    """y·ŷ / (|y| |ŷ|): 1 where they point the same way; the loss of this name has the other sign.

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.cosine_similarity([3.0, 4.0], [6.0, 8.0])), 4)
    1.0
    """
    y, p = aligned(y_true, y_pred)
    return engine.sum(losses.unit(y, axis) * losses.unit(p, axis), axis=axis)


class MeanSquaredError(MeanMetricWrapper):
    """Mean of (y - ŷ)².

    >>> import hornbeam
    >>> metric = hornbeam.metrics.MeanSquaredError()
    >>> metric.update_state([[0.0]], [[1.0]]); metric.update_state([[0.0]], [[3.0]])
    >>> float(metric.result())
    5.0
    """

    def __init__(self, name: str | None = "mean_squared_error", dtype: Any = None):
        super().__init__(losses.mean_squared_error, name, dtype)


class RootMeanSquaredError(Mean):
    """√ of the mean of (y - ŷ)². Masks of the outputs do not count here; weights do.

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.RootMeanSquaredError()([[1.0, 2.0]], [[2.0, 4.0]])), 4)
    1.5811
    """

    def __init__(self, name: str | None = "root_mean_squared_error", dtype: Any = None):
        super().__init__(name, dtype)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        y, p = aligned(as_array(y_true), engine.cast(as_array(y_pred), self.dtype))
        self._add((y - p) * (y - p), sample_weight)

    def result(self) -> Any:
        return engine.sqrt(super().result())


class MeanAbsoluteError(MeanMetricWrapper):
    """Mean of |y - ŷ|.

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.MeanAbsoluteError()([[1.0, 2.0]], [[2.0, 4.0]])), 4)
    1.5
    """

    def __init__(self, name: str | None = "mean_absolute_error", dtype: Any = None):
        super().__init__(losses.mean_absolute_error, name, dtype)


class MeanAbsolutePercentageError(MeanMetricWrapper):
    """Mean of 100 |y - ŷ| / |y|.

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.MeanAbsolutePercentageError()([[1.0, 2.0]], [[2.0, 4.0]])), 4)
    100.0
    """

    def __init__(self, name: str | None = "mean_absolute_percentage_error", dtype: Any = None):
        super().__init__(losses.mean_absolute_percentage_error, name, dtype)


class MeanSquaredLogarithmicError(MeanMetricWrapper):
    """Mean of (log(1 + y) - log(1 + ŷ))².

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.MeanSquaredLogarithmicError()([[1.0, 2.0]], [[2.0, 4.0]])), 4)
    0.2127
    """

    def __init__(self, name: str | None = "mean_squared_logarithmic_error", dtype: Any = None):
        super().__init__(losses.mean_squared_logarithmic_error, name, dtype)


class CosineSimilarity(MeanMetricWrapper):
    """Mean of y·ŷ / (|y| |ŷ|), the vectors along `axis`.

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.CosineSimilarity()([[1.0, 2.0]], [[2.0, 4.0]])), 4)
    1.0
    """

    def __init__(self, name: str | None = "cosine_similarity", dtype: Any = None, axis: int = -1):
        super().__init__(cosine_similarity, name, dtype, axis=axis)


class LogCoshError(MeanMetricWrapper):
    """Mean of log(cosh(ŷ - y)).

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.LogCoshError()([[1.0, 2.0]], [[2.0, 4.0]])), 4)
    0.8794
    """

    def __init__(self, name: str | None = "logcosh", dtype: Any = None):
        super().__init__(losses.log_cosh, name, dtype)
