"""Losses of probabilities: cross-entropies and divergences.

A cross-entropy of probabilities that come straight from a sigmoid or softmax is computed from their logits
(`core/logits.py`): where log(clip(p)) would be flat, its gradient still leads away from a wrong certainty.
"""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.core import logits, masking, settings
from hornbeam.losses.definition import loss_function
from hornbeam.losses.loss import LossFunctionWrapper
from hornbeam.losses.reduction import aligned, class_numbers
from hornbeam.losses.regression import mean
from hornbeam.ops.dispatch import Array, floating, fused

__all__ = [
    "binary_crossentropy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
    "binary_focal_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "kl_divergence",
    "poisson",
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "SparseCategoricalCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalGeneralizedCrossEntropy",
    "KLDivergence",
    "Poisson",
]


def clip(p: Array) -> Array:
    """Probabilities kept `epsilon()` away from 0 and 1."""
    return engine.minimum(engine.maximum(p, settings.epsilon()), 1 - settings.epsilon())


def _not_zero(x: Array) -> Array:
    """`x`, at least `epsilon()`: a power below 1 has no slope at 0."""
    return engine.maximum(x, settings.epsilon())


def _known_logits(p: Array, from_logits: bool, axis: int | None = None) -> tuple[Array, bool]:
    """The logits that `p` is the softmax of along `axis`, or the sigmoid, and true; or both arguments as they are."""
    found = None if from_logits else logits.find(p, None if axis is None else axis % max(len(p.shape), 1))
    return (p, from_logits) if found is None else (found, True)


def _check_smoothing(label_smoothing: float) -> None:
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"`label_smoothing` must be in [0, 1]. Received: label_smoothing={label_smoothing}.")


def _binary(y: Array, p: Array, from_logits: bool) -> Array:
    """-y log p - (1 - y) log(1 - p), element by element; with logits x, p = σ(x)."""
    if from_logits:
        if (kernel := fused("sigmoid_crossentropy")) is not None:
            return kernel(y, p)
        return engine.maximum(p, 0) - p * y + engine.log1p(engine.exp(-engine.abs(p)))
    p = clip(p)
    return -(y * engine.log(p) + (1 - y) * engine.log(1 - p))


def _log_probabilities(p: Array, from_logits: bool, axis: int) -> Array:
    """Logarithms of probabilities that sum to 1 along an axis."""
    if from_logits:
        return engine.log_softmax(p, axis)
    return engine.log(clip(p / engine.sum(p, axis=axis, keepdims=True)))


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
    _check_smoothing(label_smoothing)
    y_pred, from_logits = _known_logits(y_pred, from_logits)
    y, p = aligned(y_true, y_pred)
    if label_smoothing:
        y = y * (1 - label_smoothing) + 0.5 * label_smoothing
    return _mean_over(_binary(y, p, from_logits), axis)


def _mean_over(x: Array, axis: int) -> Array:
    return engine.sum(x, axis=axis) / x.shape[axis] if x.shape else x


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
    _check_smoothing(label_smoothing)
    y_pred, from_logits = _known_logits(y_pred, from_logits, axis)
    y, p = aligned(y_true, y_pred)
    if label_smoothing:
        y = y * (1 - label_smoothing) + label_smoothing / y.shape[axis]
    return -engine.sum(y * _log_probabilities(p, from_logits, axis), axis=axis)


@loss_function(targets="class indices", outputs="class probabilities")
def sparse_categorical_crossentropy(
    y_true: Array, y_pred: Array, from_logits: bool = False, ignore_class: int | None = None, axis: int = -1
) -> Array:
    """-log p[y]: the cross-entropy with the class given as a number.

    Args:
        y_true: the class, an integer in [0, classes); shaped like `y_pred` without its class axis.
        y_pred: p, the probability of each class (scaled to sum to 1), or logits.
        from_logits: whether `y_pred` holds logits.
        ignore_class: a number whose entries have no loss.
        axis: of the classes.

    Returns:
        The loss of each entry; NaN where a class does not exist.

    >>> import hornbeam
    >>> round(float(hornbeam.losses.sparse_categorical_crossentropy(1, [0.5, 0.5])), 4)
    0.6931
    """
    y_pred, from_logits = _known_logits(y_pred, from_logits, axis)
    p = floating(y_pred)
    axis = axis % len(p.shape)
    y = class_numbers(y_true, p, axis)
    log_p = _log_probabilities(p, from_logits, axis)
    loss = -_of_class(log_p, y, axis)
    if ignore_class is None:
        return loss
    counts = y != ignore_class
    loss = engine.where(counts, loss, 0)
    masking.set_mask(loss, counts)
    return loss


def _of_class(x: Array, classes: Array, axis: int) -> Array:
    """The entry of each class, without the class axis; NaN where a class does not exist."""
    index = engine.reshape(classes, (*classes.shape[:axis], 1, *classes.shape[axis:]))
    chosen = engine.reshape(engine.take_along_axis(x, index, axis), classes.shape)
    return engine.where((classes >= 0) & (classes < x.shape[axis]), chosen, float("nan"))


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
    _check_smoothing(label_smoothing)
    y_pred, from_logits = _known_logits(y_pred, from_logits)
    y, x = aligned(y_true, y_pred)
    if label_smoothing:
        y = y * (1 - label_smoothing) + 0.5 * label_smoothing
    p = engine.sigmoid(x) if from_logits else x
    p_t = y * p + (1 - y) * (1 - p)
    focal = _not_zero(1 - p_t) ** gamma * _binary(y, x, from_logits)
    if apply_class_balancing:
        focal = (y * alpha + (1 - y) * (1 - alpha)) * focal
    return _mean_over(focal, axis)


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
    _check_smoothing(label_smoothing)
    y_pred, from_logits = _known_logits(y_pred, from_logits, axis)
    y, p = aligned(y_true, y_pred)
    if label_smoothing:
        y = y * (1 - label_smoothing) + label_smoothing / y.shape[axis]
    log_p = _log_probabilities(p, from_logits, axis)
    alpha = engine.asarray(alpha, engine.dtype_name(p))
    return -engine.sum(alpha * _not_zero(1 - engine.exp(log_p)) ** gamma * y * log_p, axis=axis)


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
    return (1 - engine.power(_of_class(p, class_numbers(y_true, p, axis), axis), q)) / q


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
        _check_smoothing(label_smoothing)
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
        _check_smoothing(label_smoothing)
        options = {"from_logits": from_logits, "label_smoothing": label_smoothing, "axis": axis}
        super().__init__(categorical_crossentropy, reduction, name, dtype, **options)


class SparseCategoricalCrossentropy(LossFunctionWrapper):
    """Mean of -log p[y]; targets are class numbers.

    Args:
        from_logits: whether outputs are logits rather than probabilities.
        ignore_class: a number whose entries have no loss and do not count.
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
        _check_smoothing(label_smoothing)
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
        _check_smoothing(label_smoothing)
        options = {"alpha": alpha, "gamma": gamma}
        options |= {"from_logits": from_logits, "label_smoothing": label_smoothing, "axis": axis}
        super().__init__(categorical_focal_crossentropy, reduction, name, dtype, **options)


class CategoricalGeneralizedCrossEntropy(LossFunctionWrapper):
    """Mean of (1 - p[y]^q) / q; targets are class numbers.

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
