"""Losses of numbers: squared, absolute, relative and logarithmic errors, and the angle between vectors."""

from __future__ import annotations

import math
from typing import Any

from hornbeam import engine
from hornbeam.core import settings
from hornbeam.losses.definition import loss_function
from hornbeam.losses.loss import LossFunctionWrapper
from hornbeam.losses.reduction import aligned, mean
from hornbeam.ops.dispatch import Array

__all__ = [
    "mean_squared_error",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_logarithmic_error",
    "huber",
    "log_cosh",
    "cosine_similarity",
    "MeanSquaredError",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredLogarithmicError",
    "Huber",
    "LogCosh",
    "CosineSimilarity",
]


@loss_function()
def mean_squared_error(y_true: Array, y_pred: Array) -> Array:
    """mean((y - ŷ)²) over the last axis.

    >>> import hornbeam
    >>> float(hornbeam.losses.mean_squared_error([1.0, 2.0], [2.0, 4.0]))
    2.5
    """
    y, p = aligned(y_true, y_pred)
    return mean((y - p) * (y - p))


@loss_function()
def mean_absolute_error(y_true: Array, y_pred: Array) -> Array:
    """mean(|y - ŷ|) over the last axis.

    >>> import hornbeam
    >>> float(hornbeam.losses.mean_absolute_error([1.0, 2.0], [2.0, 4.0]))
    1.5
    """
    y, p = aligned(y_true, y_pred)
    return mean(engine.abs(y - p))


@loss_function()
def mean_absolute_percentage_error(y_true: Array, y_pred: Array) -> Array:
    """100 mean(|y - ŷ| / |y|) over the last axis; |y| is at least `epsilon()`.

    >>> import hornbeam
    >>> float(hornbeam.losses.mean_absolute_percentage_error([2.0, 4.0], [1.0, 3.0]))
    37.5
    """
    y, p = aligned(y_true, y_pred)
    return 100 * mean(engine.abs((y - p) / engine.maximum(engine.abs(y), settings.epsilon())))


@loss_function()
def mean_squared_logarithmic_error(y_true: Array, y_pred: Array) -> Array:
    """mean((log(1 + y) - log(1 + ŷ))²) over the last axis; y and ŷ are at least `epsilon()`.

    >>> import hornbeam
    >>> float(hornbeam.losses.mean_squared_logarithmic_error([1.0], [1.0]))
    0.0
    """
    y, p = aligned(y_true, y_pred)
    e = engine.log(engine.maximum(y, settings.epsilon()) + 1) - engine.log(engine.maximum(p, settings.epsilon()) + 1)
    return mean(e * e)


@loss_function()
def huber(y_true: Array, y_pred: Array, delta: float = 1.0) -> Array:
    """mean(e² / 2 where |e| ≤ δ, else δ |e| - δ² / 2) over the last axis, with e = y - ŷ.

    Source: Huber, Robust Estimation of a Location Parameter, 1964.

    >>> import hornbeam
    >>> float(hornbeam.losses.huber([0.0, 0.0], [1.0, 3.0]))
    1.5
    """
    y, p = aligned(y_true, y_pred)
    e = engine.abs(p - y)
    return mean(engine.where(e <= delta, 0.5 * e * e, delta * e - 0.5 * delta * delta))


@loss_function()
def log_cosh(y_true: Array, y_pred: Array) -> Array:
    """mean(log(cosh(ŷ - y))) over the last axis: e² / 2 for small errors, |e| - log 2 for large ones.

    >>> import hornbeam
    >>> float(hornbeam.losses.log_cosh([0.0], [0.0]))
    0.0
    """
    y, p = aligned(y_true, y_pred)
    e = engine.abs(p - y)
    return mean(e + engine.log1p(engine.exp(-2 * e)) - math.log(2))


def unit(x: Array, axis: int) -> Array:
    """x / |x| along an axis; a vector of zeros stays one."""
    return x * engine.rsqrt(engine.maximum(engine.sum(x * x, axis=axis, keepdims=True), 1e-12))


@loss_function()
def cosine_similarity(y_true: Array, y_pred: Array, axis: int = -1) -> Array:
    """-y·ŷ / (|y| |ŷ|): -1 where they point the same way, 1 where they point apart.

    >>> import hornbeam
    >>> round(float(hornbeam.losses.cosine_similarity([3.0, 4.0], [6.0, 8.0])), 5)
    -1.0
    """
    y, p = aligned(y_true, y_pred)
    return -engine.sum(unit(y, axis) * unit(p, axis), axis=axis)


class MeanSquaredError(LossFunctionWrapper):
    """Mean of (y - ŷ)².

    >>> import hornbeam
    >>> loss = hornbeam.losses.MeanSquaredError()
    >>> float(loss([[0.0], [0.0]], [[1.0], [3.0]]))
    5.0
    >>> float(loss([[0.0], [0.0]], [[1.0], [3.0]], sample_weight=[1.0, 0.0]))
    0.5
    """

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str | None = "mean_squared_error", dtype: Any = None
    ):
        super().__init__(mean_squared_error, reduction, name, dtype)


class MeanAbsoluteError(LossFunctionWrapper):
    """Mean of |y - ŷ|.

    >>> import hornbeam
    >>> round(float(hornbeam.losses.MeanAbsoluteError()([[1.0, 2.0]], [[2.0, 4.0]])), 4)
    1.5
    """

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str | None = "mean_absolute_error", dtype: Any = None
    ):
        super().__init__(mean_absolute_error, reduction, name, dtype)


class MeanAbsolutePercentageError(LossFunctionWrapper):
    """Mean of 100 |y - ŷ| / |y|.

    >>> import hornbeam
    >>> round(float(hornbeam.losses.MeanAbsolutePercentageError()([[1.0, 2.0]], [[2.0, 4.0]])), 4)
    100.0
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_absolute_percentage_error",
        dtype: Any = None,
    ):
        super().__init__(mean_absolute_percentage_error, reduction, name, dtype)


class MeanSquaredLogarithmicError(LossFunctionWrapper):
    """Mean of (log(1 + y) - log(1 + ŷ))².

    >>> import hornbeam
    >>> round(float(hornbeam.losses.MeanSquaredLogarithmicError()([[1.0, 2.0]], [[2.0, 4.0]])), 4)
    0.2127
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_squared_logarithmic_error",
        dtype: Any = None,
    ):
        super().__init__(mean_squared_logarithmic_error, reduction, name, dtype)


class Huber(LossFunctionWrapper):
    """Squared error up to `delta`, linear beyond: outliers pull less.

    Args:
        delta: the error at which one becomes the other.
        reduction, name, dtype: as in `Loss`.

    >>> import hornbeam
    >>> round(float(hornbeam.losses.Huber(delta=1.5)([[1.0, 2.0]], [[2.0, 4.0]])), 4)
    1.1875
    """

    def __init__(
        self,
        delta: float = 1.0,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "huber_loss",
        dtype: Any = None,
    ):
        super().__init__(huber, reduction, name, dtype, delta=delta)


class LogCosh(LossFunctionWrapper):
    """Mean of log(cosh(ŷ - y)).

    >>> import hornbeam
    >>> round(float(hornbeam.losses.LogCosh()([[1.0, 2.0]], [[2.0, 4.0]])), 4)
    0.8794
    """

    def __init__(self, reduction: str | None = "sum_over_batch_size", name: str | None = "log_cosh", dtype: Any = None):
        super().__init__(log_cosh, reduction, name, dtype)


class CosineSimilarity(LossFunctionWrapper):
    """-cos of the angle between y and ŷ.

    Args:
        axis: along which the vectors lie.
        reduction, name, dtype: as in `Loss`.

    >>> import hornbeam
    >>> round(float(hornbeam.losses.CosineSimilarity()([[1.0, 2.0]], [[2.0, 4.0]])), 4)
    -1.0
    """

    def __init__(
        self,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "cosine_similarity",
        dtype: Any = None,
    ):
        super().__init__(cosine_similarity, reduction, name, dtype, axis=axis)
