"""Losses of margins: classes are -1 and 1, and an output should be beyond the line by 1."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.losses.definition import loss_function
from hornbeam.losses.loss import LossFunctionWrapper
from hornbeam.losses.reduction import aligned, mean
from hornbeam.ops.dispatch import Array

__all__ = ["hinge", "squared_hinge", "categorical_hinge", "Hinge", "SquaredHinge", "CategoricalHinge"]


def _signs(y: Array) -> Array:
    """Classes 0 and 1 as -1 and 1; classes that are not all 0 or 1 as they are."""
    return engine.where(engine.all((y == 0) | (y == 1)), 2 * y - 1, y)


@loss_function(outputs="margins")
def hinge(y_true: Array, y_pred: Array) -> Array:
    """mean(max(1 - y ŷ, 0)) over the last axis, with y in {-1, 1}, or in {0, 1} and mapped to it.

    >>> import hornbeam
    >>> float(hornbeam.losses.hinge([-1.0, 1.0], [0.5, 0.5]))
    1.0
    """
    y, p = aligned(y_true, y_pred)
    return mean(engine.maximum(1 - _signs(y) * p, 0))


@loss_function(outputs="margins")
def squared_hinge(y_true: Array, y_pred: Array) -> Array:
    """mean(max(1 - y ŷ, 0)²) over the last axis, with y in {-1, 1}, or in {0, 1} and mapped to it.

    >>> import hornbeam
    >>> float(hornbeam.losses.squared_hinge([-1.0, 1.0], [0.5, 0.5]))
    1.25
    """
    y, p = aligned(y_true, y_pred)
    m = engine.maximum(1 - _signs(y) * p, 0)
    return mean(m * m)


@loss_function(outputs="margins")
def categorical_hinge(y_true: Array, y_pred: Array) -> Array:
    """max(max((1 - y) ŷ) - Σ y ŷ + 1, 0) over the classes; y is one-hot.

    >>> import hornbeam
    >>> float(hornbeam.losses.categorical_hinge([0.0, 1.0], [0.5, 0.5]))
    1.0
    """
    y, p = aligned(y_true, y_pred)
    return engine.maximum(engine.max((1 - y) * p, axis=-1) - engine.sum(y * p, axis=-1) + 1, 0)


class Hinge(LossFunctionWrapper):
    """Mean of max(1 - y ŷ, 0).

    >>> import hornbeam
    >>> round(float(hornbeam.losses.Hinge()([[-1.0, 1.0]], [[0.4, 0.6]])), 4)
    0.9
    """

    def __init__(self, reduction: str | None = "sum_over_batch_size", name: str | None = "hinge", dtype: Any = None):
        super().__init__(hinge, reduction, name, dtype)


class SquaredHinge(LossFunctionWrapper):
    """Mean of max(1 - y ŷ, 0)².

    >>> import hornbeam
    >>> round(float(hornbeam.losses.SquaredHinge()([[-1.0, 1.0]], [[0.4, 0.6]])), 4)
    1.06
    """

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str | None = "squared_hinge", dtype: Any = None
    ):
        super().__init__(squared_hinge, reduction, name, dtype)


class CategoricalHinge(LossFunctionWrapper):
    """Mean of max(max((1 - y) ŷ) - Σ y ŷ + 1, 0).

    >>> import hornbeam
    >>> round(float(hornbeam.losses.CategoricalHinge()([[0.0, 1.0]], [[0.4, 0.6]])), 4)
    0.8
    """

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str | None = "categorical_hinge", dtype: Any = None
    ):
        super().__init__(categorical_hinge, reduction, name, dtype)
