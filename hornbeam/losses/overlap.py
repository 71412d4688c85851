"""Losses of regions: how far a predicted one and the true one are from covering each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core import settings
from hornbeam.losses.definition import loss_function
from hornbeam.losses.loss import LossFunctionWrapper
from hornbeam.losses.reduction import aligned
from hornbeam.ops.dispatch import Array

__all__ = ["dice", "tversky", "Dice", "Tversky"]


@loss_function()
def dice(y_true: Array, y_pred: Array, axis: int | Sequence[int] | None = None) -> Array:
    """1 - 2 Σ y ŷ / (Σ y + Σ ŷ) over `axis`: by default over everything, so that there is one value for the batch.

    >>> import hornbeam
    >>> round(float(hornbeam.losses.dice([1.0, 0.0], [1.0, 1.0])), 4)
    0.3333
    """
    y, p = aligned(y_true, y_pred)
    both = engine.sum(y * p, axis=axis)
    return 1 - 2 * both / (engine.sum(y, axis=axis) + engine.sum(p, axis=axis) + settings.epsilon())


@loss_function()
def tversky(
    y_true: Array, y_pred: Array, alpha: float = 0.5, beta: float = 0.5, axis: int | Sequence[int] | None = None
) -> Array:
    """1 - Σ y ŷ / (Σ y ŷ + α Σ y (1 - ŷ) + β Σ (1 - y) ŷ) over `axis`; `dice` where α = β = 1/2.

    Source: Salehi et al., Tversky loss function for image segmentation, arXiv:1706.05721.

    >>> import hornbeam
    >>> round(float(hornbeam.losses.tversky([1.0, 0.0], [1.0, 1.0])), 4)
    0.3333
    """
    y, p = aligned(y_true, y_pred)
    both, missed, extra = (engine.sum(x, axis=axis) for x in (y * p, y * (1 - p), (1 - y) * p))
    return 1 - both / (both + alpha * missed + beta * extra + settings.epsilon())


class Dice(LossFunctionWrapper):
    """1 - 2 Σ y ŷ / (Σ y + Σ ŷ).

    Args:
        reduction, name, dtype: as in `Loss`.
        axis: the axes of the sums; without the batch's, each row has a value of its own.

    >>> import hornbeam
    >>> round(float(hornbeam.losses.Dice()([[0.0, 1.0]], [[0.4, 0.6]])), 4)
    0.4
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "dice",
        axis: int | Sequence[int] | None = None,
        dtype: Any = None,
    ):
        super().__init__(dice, reduction, name, dtype, axis=axis)


class Tversky(LossFunctionWrapper):
    """1 - Σ y ŷ / (Σ y ŷ + α Σ y (1 - ŷ) + β Σ (1 - y) ŷ).

    Args:
        alpha: α, what a missed entry costs.
        beta: β, what an extra one costs.
        reduction, name, dtype: as in `Loss`.
        axis: the axes of the sums; without the batch's, each row has a value of its own.

    >>> import hornbeam
    >>> round(float(hornbeam.losses.Tversky()([[0.0, 1.0]], [[0.4, 0.6]])), 4)
    0.4
    """

    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "tversky",
        axis: int | Sequence[int] | None = None,
        dtype: Any = None,
    ):
        super().__init__(tversky, reduction, name, dtype, alpha=alpha, beta=beta, axis=axis)
