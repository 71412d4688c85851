"""Focal losses: cross-entropies to which easy examples add little."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.core import settings
from hornbeam.losses.crossentropy import check_smoothing, smooth
from hornbeam.losses.definition import loss_function
from hornbeam.losses.loss import LossFunctionWrapper
from hornbeam.losses.reduction import aligned, mean
from hornbeam.ops import nn
from hornbeam.ops.dispatch import Array
from hornbeam.ops.nn.crossentropy import known_logits, log_probabilities

# fmt: off
__all__ = [
    "binary_focal_crossentropy", "categorical_focal_crossentropy", "BinaryFocalCrossentropy",
    "CategoricalFocalCrossentropy",
]
# fmt: on


@loss_function(targets="probabilities", outputs="probabilities")
def binary_focal_crossentropy(
    y_true: Array,
    y_pred: Array,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Array:
    """mean((1 - p_t)^γ · binary cross-entropy), with p_t the probability of the true class.

    Args:
        y_true, y_pred, from_logits, label_smoothing, axis: as in `binary_crossentropy`.
        apply_class_balancing: multiply class 1 by `alpha` and class 0 by 1 - `alpha`.
        alpha: the weight of class 1.
        gamma: how much easy examples count less.

    Source: Lin et al., Focal Loss for Dense Object Detection, arXiv:1708.02002.

    >>> import hornbeam
    >>> round(float(hornbeam.losses.binary_focal_crossentropy([1.0], [0.5])), 4)
    0.1733
    """
    y, p = aligned(y_true, y_pred)
    y = smooth(y, label_smoothing, 2)
    x, from_logits = known_logits(p, from_logits)
    p = engine.sigmoid(x) if from_logits else p
    p_t = y * p + (1 - y) * (1 - p)
    focal = _not_zero(1 - p_t) ** gamma * nn.binary_crossentropy(y, x, from_logits)
    if apply_class_balancing:
        focal = (y * alpha + (1 - y) * (1 - alpha)) * focal
    return mean(focal, axis)


@loss_function(targets="class probabilities", outputs="class probabilities")
def categorical_focal_crossentropy(
    y_true: Array,
    y_pred: Array,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Array:
    """-Σ α (1 - p)^γ y log p over the classes.

    Args:
        y_true, y_pred, from_logits, label_smoothing, axis: as in `categorical_crossentropy`.
        alpha: a factor, or one for each class.
        gamma: how much easy examples count less.

    Source: Lin et al., Focal Loss for Dense Object Detection, arXiv:1708.02002.

    >>> import hornbeam
    >>> round(float(hornbeam.losses.categorical_focal_crossentropy([0.0, 1.0], [0.5, 0.5])), 4)
    0.0433
    """
    y, p = aligned(y_true, y_pred)
    y = smooth(y, label_smoothing, y.shape[axis])
    log_p = log_probabilities(p, from_logits, axis)
    alpha = engine.asarray(alpha, engine.dtype_name(p))
    return -engine.sum(alpha * _not_zero(1 - engine.exp(log_p)) ** gamma * y * log_p, axis=axis)


def _not_zero(x: Array) -> Array:
    """`x`, at least `epsilon()`: a power below 1 has no slope at 0."""
    return engine.maximum(x, settings.epsilon())


class BinaryFocalCrossentropy(LossFunctionWrapper):
    """Mean of (1 - p_t)^γ times the binary cross-entropy.

    Args:
        apply_class_balancing: multiply class 1 by `alpha` and class 0 by 1 - `alpha`.
        alpha: the weight of class 1.
        gamma: how much easy examples count less.
        from_logits, label_smoothing, axis: as in `BinaryCrossentropy`.
        reduction, name, dtype: as in `Loss`.

    >>> import hornbeam
    >>> round(float(hornbeam.losses.BinaryFocalCrossentropy()([[0.0, 1.0]], [[0.4, 0.6]])), 4)
    0.0817
    """

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "binary_focal_crossentropy",
        dtype: Any = None,
    ):
        check_smoothing(label_smoothing)
        options = {"apply_class_balancing": apply_class_balancing, "alpha": alpha, "gamma": gamma}
        options |= {"from_logits": from_logits, "label_smoothing": label_smoothing, "axis": axis}
        super().__init__(binary_focal_crossentropy, reduction, name, dtype, **options)


class CategoricalFocalCrossentropy(LossFunctionWrapper):
    """Mean of -Σ α (1 - p)^γ y log p.

    Args:
        alpha: a factor, or one for each class.
        gamma: how much easy examples count less.
        from_logits, label_smoothing, axis: as in `CategoricalCrossentropy`.
        reduction, name, dtype: as in `Loss`.

    >>> import hornbeam
    >>> round(float(hornbeam.losses.CategoricalFocalCrossentropy()([[0.0, 1.0]], [[0.4, 0.6]])), 4)
    0.0204
    """

    def __init__(
        self,
        alpha: Any = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_focal_crossentropy",
        dtype: Any = None,
    ):
        check_smoothing(label_smoothing)
        options = {"alpha": alpha, "gamma": gamma}
        options |= {"from_logits": from_logits, "label_smoothing": label_smoothing, "axis": axis}
        super().__init__(categorical_focal_crossentropy, reduction, name, dtype, **options)
