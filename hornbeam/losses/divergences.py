"""How far a distribution is from another: Kullback and Leibler's divergence, and counts beside Poisson's."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.core import settings
from hornbeam.losses.definition import loss_function
from hornbeam.losses.loss import LossFunctionWrapper
from hornbeam.losses.reduction import aligned, mean
from hornbeam.ops.dispatch import Array

__all__ = ["kl_divergence", "poisson", "KLDivergence", "Poisson"]


@loss_function()
def kl_divergence(y_true: Array, y_pred: Array) -> Array:
    """Σ y log(y / ŷ) over the last axis; both are kept in [`epsilon()`, 1].

    >>> import hornbeam
    >>> float(hornbeam.losses.kl_divergence([0.5, 0.5], [0.5, 0.5]))
    0.0
    """
    y, p = (engine.minimum(engine.maximum(x, settings.epsilon()), 1) for x in aligned(y_true, y_pred))
    return engine.sum(y * engine.log(y / p), axis=-1)


@loss_function()
def poisson(y_true: Array, y_pred: Array) -> Array:
    """mean(ŷ - y log ŷ) over the last axis: the negative log-likelihood of counts, without its constant.

    >>> import hornbeam
    >>> round(float(hornbeam.losses.poisson([2.0], [1.0])), 4)
    1.0
    """
    y, p = aligned(y_true, y_pred)
    return mean(p - y * engine.log(p + settings.epsilon()))


class KLDivergence(LossFunctionWrapper):
    """Mean of Σ y log(y / ŷ).

    >>> import hornbeam
    >>> round(float(hornbeam.losses.KLDivergence()([[0.5, 0.5]], [[0.4, 0.6]])), 4)
    0.0204
    """

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str | None = "kl_divergence", dtype: Any = None
    ):
        super().__init__(kl_divergence, reduction, name, dtype)


class Poisson(LossFunctionWrapper):
    """Mean of ŷ - y log ŷ.

    >>> import hornbeam
    >>> round(float(hornbeam.losses.Poisson()([[1.0, 2.0]], [[2.0, 4.0]])), 4)
    1.2671
    """

    def __init__(self, reduction: str | None = "sum_over_batch_size", name: str | None = "poisson", dtype: Any = None):
        super().__init__(poisson, reduction, name, dtype)
