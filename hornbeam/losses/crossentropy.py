"""Cross-entropies between targets and probabilities."""

from __future__ import annotations

import math
from typing import Any

from hornbeam import engine
from hornbeam.core import masking
from hornbeam.losses.definition import loss_function
from hornbeam.losses.loss import LossFunctionWrapper
from hornbeam.losses.reduction import aligned, class_indices, mean
from hornbeam.ops import nn
from hornbeam.ops.dispatch import Array
from hornbeam.ops.nn.crossentropy import crossentropy_of_class

# fmt: off
__all__ = [
    "binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy", "BinaryCrossentropy",
    "CategoricalCrossentropy", "SparseCategoricalCrossentropy",
]
# fmt: on


@loss_function(targets="probabilities", outputs="probabilities")
def binary_crossentropy(
    y_true: Array, y_pred: Array, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Array:
    """mean(-y log p - (1 - y) log(1 - p)) over an axis.

    Args:
        y_true: 0 or 1, or a probability.
        y_pred: p, a probability of 1, or a logit log(p / (1 - p)).
        from_logits: whether `y_pred` holds logits.
        label_smoothing: s moves y to y (1 - s) + s / 2.
        axis: along which the mean is taken.

    >>> import hornbeam
    >>> round(float(hornbeam.losses.binary_crossentropy([1.0, 0.0], [0.5, 0.5])), 4)
    0.6931
    """
    y, p = aligned(y_true, y_pred)
    return mean(nn.binary_crossentropy(smooth(y, label_smoothing, 2), p, from_logits), axis)


@loss_function(targets="class probabilities", outputs="class probabilities")
def categorical_crossentropy(
    y_true: Array, y_pred: Array, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Array:
    """-Σ y log p over the classes.

    Args:
        y_true: one-hot, or the probability of each class.
        y_pred: p, the probability of each class (scaled to sum to 1), or logits.
        from_logits: whether `y_pred` holds logits.
        label_smoothing: s moves y to y (1 - s) + s / classes.
        axis: of the classes.

    >>> import hornbeam
    >>> round(float(hornbeam.losses.categorical_crossentropy([0.0, 1.0], [0.5, 0.5])), 4)
    0.6931
    """
    y, p = aligned(y_true, y_pred)
    return nn.categorical_crossentropy(smooth(y, label_smoothing, y.shape[axis]), p, from_logits, axis)


@loss_function(targets="class indices", outputs="class probabilities")
def sparse_categorical_crossentropy(
    y_true: Array, y_pred: Array, from_logits: bool = False, ignore_class: int | None = None, axis: int = -1
) -> Array:
    """-log p[y]: the cross-entropy with the class given as a number.

    Args:
        y_true: the class, an integer in [0, classes); shaped like `y_pred` without its class axis.
        y_pred: p, the probability of each class (scaled to sum to 1), or logits.
        from_logits: whether `y_pred` holds logits.
        ignore_class: an index whose entries have no loss.
        axis: of the classes.

    Returns:
        The loss of each entry; NaN where a class does not exist.

    >>> import hornbeam
    >>> round(float(hornbeam.losses.sparse_categorical_crossentropy(1, [0.5, 0.5])), 4)
    0.6931
    """
    axis = axis % len(y_pred.shape)
    y = class_indices(y_true, y_pred, axis)
    loss = crossentropy_of_class(y, y_pred, from_logits, axis, no_class=math.nan)
    if ignore_class is None:
        return loss
    counts = y != ignore_class
    loss = engine.where(counts, loss, 0)
    masking.set_mask(loss, counts)
    return loss


def smooth(y: Array, label_smoothing: float, classes: int) -> Array:
    """y (1 - s) + s / classes."""
    check_smoothing(label_smoothing)
    return y * (1 - label_smoothing) + label_smoothing / classes if label_smoothing else y


def check_smoothing(label_smoothing: float) -> None:
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"`label_smoothing` must be in [0, 1]. Received: label_smoothing={label_smoothing}.")


class BinaryCrossentropy(LossFunctionWrapper):
    """Mean of -y log p - (1 - y) log(1 - p); for two classes, or many that do not exclude each other.

    Args:
        from_logits: whether outputs are logits rather than probabilities.
        label_smoothing: s moves y to y (1 - s) + s / 2.
        axis: along which the mean of a row is taken.
        reduction, name, dtype: as in `Loss`.

    >>> import hornbeam
    >>> round(float(hornbeam.losses.BinaryCrossentropy()([[0.0, 1.0]], [[0.4, 0.6]])), 4)
    0.5108
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "binary_crossentropy",
        dtype: Any = None,
    ):
        check_smoothing(label_smoothing)
        options = {"from_logits": from_logits, "label_smoothing": label_smoothing, "axis": axis}
        super().__init__(binary_crossentropy, reduction, name, dtype, **options)


class CategoricalCrossentropy(LossFunctionWrapper):
    """Mean of -Σ y log p; targets are one-hot.

    Args:
        from_logits: whether outputs are logits rather than probabilities.
        label_smoothing: s moves y to y (1 - s) + s / classes.
        axis: of the classes.
        reduction, name, dtype: as in `Loss`.

    >>> import hornbeam
    >>> loss = hornbeam.losses.CategoricalCrossentropy(from_logits=True)
    >>> round(float(loss([[0.0, 1.0]], [[0.0, 0.0]])), 4)
    0.6931
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_crossentropy",
        dtype: Any = None,
    ):
        check_smoothing(label_smoothing)
        options = {"from_logits": from_logits, "label_smoothing": label_smoothing, "axis": axis}
        super().__init__(categorical_crossentropy, reduction, name, dtype, **options)


class SparseCategoricalCrossentropy(LossFunctionWrapper):
    """Mean of -log p[y]; targets are class indices.

    Args:
        from_logits: whether outputs are logits rather than probabilities.
        ignore_class: an index whose entries have no loss and do not count.
        reduction: as in `Loss`.
        axis: of the classes.
        name, dtype: as in `Loss`.

    >>> import hornbeam
    >>> loss = hornbeam.losses.SparseCategoricalCrossentropy(from_logits=True)
    >>> round(float(loss([1], [[0.0, 0.0]])), 4)
    0.6931
    """

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: str | None = "sum_over_batch_size",
        axis: int = -1,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: Any = None,
    ):
        options = {"from_logits": from_logits, "ignore_class": ignore_class, "axis": axis}
        super().__init__(sparse_categorical_crossentropy, reduction, name, dtype, **options)
