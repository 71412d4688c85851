"""A cross-entropy that wrong labels cannot make large."""

from __future__ import annotations

import math
from typing import Any

from hornbeam import engine
from hornbeam.losses.definition import loss_function
from hornbeam.losses.loss import LossFunctionWrapper
from hornbeam.losses.reduction import class_indices
from hornbeam.ops.dispatch import Array, floating
from hornbeam.ops.nn.crossentropy import entry_of_class

__all__ = ["categorical_generalized_cross_entropy", "CategoricalGeneralizedCrossEntropy"]


@loss_function(targets="class indices", outputs="class probabilities")
def categorical_generalized_cross_entropy(y_true: Array, y_pred: Array, q: float) -> Array:
    """(1 - p[y]^q) / q: between the cross-entropy (q → 0) and the absolute error (q = 1), robust to wrong labels.

    Args:
        y_true: the class, an integer in [0, classes); shaped like `y_pred` without its last axis.
        y_pred: p, the probability of each class.
        q: in (0, 1].

    Source: Zhang & Sabuncu, Generalized Cross Entropy Loss for Training Deep Neural Networks, arXiv:1805.07836.

    >>> import hornbeam
    >>> float(hornbeam.losses.categorical_generalized_cross_entropy(1, [0.5, 0.5], q=1.0))
    0.5
    """
    p = floating(y_pred)
    axis = len(p.shape) - 1
    p_y = entry_of_class(p, class_indices(y_true, p, axis), axis, no_class=math.nan)
    return (1 - engine.power(p_y, q)) / q


class CategoricalGeneralizedCrossEntropy(LossFunctionWrapper):
    """Mean of (1 - p[y]^q) / q; targets are class indices.

    Args:
        q: in (0, 1): towards 0 it is the cross-entropy, at 1 the absolute error.
        reduction, name, dtype: as in `Loss`.

    >>> import hornbeam
    >>> round(float(hornbeam.losses.CategoricalGeneralizedCrossEntropy(q=0.5)([1], [[0.4, 0.6]])), 4)
    0.4508
    """

    def __init__(
        self,
        q: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_generalized_cross_entropy",
        dtype: Any = None,
    ):
        if not 0 < q < 1:
            raise ValueError(f"`q` must be in (0, 1). Received: q={q}.")
        super().__init__(categorical_generalized_cross_entropy, reduction, name, dtype, q=q)
