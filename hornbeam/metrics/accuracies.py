"""How often outputs are right."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.core import dtypes
from hornbeam.losses.reduction import class_indices, same_rank
from hornbeam.metrics.definition import metric_function
from hornbeam.metrics.reduction import MeanMetricWrapper
from hornbeam.ops import in_top_k
from hornbeam.ops.dispatch import Array, floating

__all__ = [
    "accuracy",
    "binary_accuracy",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
    "top_k_categorical_accuracy",
    "sparse_top_k_categorical_accuracy",
    "Accuracy",
    "BinaryAccuracy",
    "CategoricalAccuracy",
    "SparseCategoricalAccuracy",
    "TopKCategoricalAccuracy",
    "SparseTopKCategoricalAccuracy",
]


def _matches(a: Array, b: Array) -> Array:
    """1 where equal, 0 elsewhere.

    Raises:
        ValueError: when the shapes differ.
    """
    if tuple(a.shape) != tuple(b.shape):
        raise ValueError(
            "Targets and outputs must have the same shape to be compared. "
            f"Received: targets of shape {tuple(a.shape)}, outputs of shape {tuple(b.shape)}."
        )
    return engine.cast(a == b, dtypes.floatx())


def _one_hot_classes(y_true: Array, y_pred: Array) -> Array:
    if tuple(y_true.shape) != tuple(y_pred.shape):
        raise ValueError(
            "`y_true` must be one-hot, shaped like `y_pred`. "
            f"Received: y_true of shape {tuple(y_true.shape)}, y_pred of shape {tuple(y_pred.shape)}. "
            "For class indices use the sparse metric."
        )
    return engine.argmax(y_true, axis=-1)


@metric_function(compares="equality")
def accuracy(y_true: Array, y_pred: Array) -> Array:
    """1 where y = ŷ, element by element.

    >>> import hornbeam
    >>> [float(x) for x in hornbeam.metrics.accuracy([1, 2], [1, 3])]
    [1.0, 0.0]
    """
    return _matches(*same_rank(engine.cast(y_true, engine.dtype_name(y_pred)), y_pred))


@metric_function(compares="threshold", outputs="probabilities")
def binary_accuracy(y_true: Array, y_pred: Array, threshold: float = 0.5) -> Array:
    """1 where y = [ŷ > threshold], element by element.

    >>> import hornbeam
    >>> [float(x) for x in hornbeam.metrics.binary_accuracy([1, 1], [0.7, 0.3])]
    [1.0, 0.0]
    """
    y, p = same_rank(y_true, floating(y_pred))
    return _matches(y, engine.cast(p > threshold, engine.dtype_name(y)))


@metric_function(compares="largest unit")
def categorical_accuracy(y_true: Array, y_pred: Array) -> Array:
    """1 where the largest output is that of the true class, which `y_true` gives one-hot.

    >>> import hornbeam
    >>> [float(x) for x in hornbeam.metrics.categorical_accuracy([[0, 1], [0, 1]], [[0.2, 0.8], [0.6, 0.4]])]
    [1.0, 0.0]
    """
    return _matches(_one_hot_classes(y_true, y_pred), engine.argmax(y_pred, axis=-1))


@metric_function(compares="largest unit")
def sparse_categorical_accuracy(y_true: Array, y_pred: Array) -> Array:
    """1 where the largest output is that of the true class, which `y_true` gives as a number.

    >>> import hornbeam
    >>> [float(x) for x in hornbeam.metrics.sparse_categorical_accuracy([1, 1], [[0.2, 0.8], [0.6, 0.4]])]
    [1.0, 0.0]
    """
    return _matches(class_indices(y_true, y_pred, len(y_pred.shape) - 1), engine.argmax(y_pred, axis=-1))


@metric_function()
def top_k_categorical_accuracy(y_true: Array, y_pred: Array, k: int = 5) -> Array:
    """1 where the true class, given one-hot, has one of the k largest outputs.

    >>> import hornbeam
    >>> [float(x) for x in hornbeam.metrics.top_k_categorical_accuracy([[0, 0, 1]], [[0.2, 0.5, 0.3]], k=2)]
    [1.0]
    """
    return engine.cast(in_top_k(_one_hot_classes(y_true, y_pred), y_pred, k), dtypes.floatx())


@metric_function()
def sparse_top_k_categorical_accuracy(y_true: Array, y_pred: Array, k: int = 5, from_sorted_ids: bool = False) -> Array:
    """1 where the true class, given as a number, has one of the k largest outputs.

    Args:
        y_true: class indices.
        y_pred: the outputs of all classes; or, with `from_sorted_ids`, class indices, the best first.
        k: how many count.
        from_sorted_ids: see `y_pred`.

    >>> import hornbeam
    >>> [float(x) for x in hornbeam.metrics.sparse_top_k_categorical_accuracy([2], [[0.2, 0.5, 0.3]], k=2)]
    [1.0]
    """
    classes = class_indices(y_true, y_pred, len(y_pred.shape) - 1)
    if not from_sorted_ids:
        return engine.cast(in_top_k(classes, y_pred, k), dtypes.floatx())
    best = engine.cast(y_pred[..., :k], "int32")
    return engine.cast(engine.any(best == engine.reshape(classes, (*classes.shape, 1)), axis=-1), dtypes.floatx())


class Accuracy(MeanMetricWrapper):
    """How often y = ŷ.

    >>> import hornbeam
    >>> float(hornbeam.metrics.Accuracy()([1, 2, 3, 4], [0, 2, 3, 4]))
    0.75
    """

    def __init__(self, name: str | None = "accuracy", dtype: Any = None):
        super().__init__(accuracy, name, dtype)


class BinaryAccuracy(MeanMetricWrapper):
    """How often y = [ŷ > threshold].

    Args:
        name, dtype: as in `Metric`.
        threshold: outputs above it are taken for class 1; 0 for logits.

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.BinaryAccuracy()([0, 1, 1], [0.2, 0.3, 0.9])), 4)
    0.6667
    """

    def __init__(self, name: str | None = "binary_accuracy", dtype: Any = None, threshold: float = 0.5):
        super().__init__(binary_accuracy, name, dtype, threshold=threshold)


class CategoricalAccuracy(MeanMetricWrapper):
    """How often the largest output is that of the true class; targets are one-hot.

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.CategoricalAccuracy()([[0, 1], [1, 0]], [[0.2, 0.8], [0.3, 0.7]])), 4)
    0.5
    """

    def __init__(self, name: str | None = "categorical_accuracy", dtype: Any = None):
        super().__init__(categorical_accuracy, name, dtype)


class SparseCategoricalAccuracy(MeanMetricWrapper):
    """How often the largest output is that of the true class; targets are class indices.

    >>> import hornbeam
    >>> float(hornbeam.metrics.SparseCategoricalAccuracy()([1, 1], [[0.2, 0.8], [0.6, 0.4]]))
    0.5
    """

    def __init__(self, name: str | None = "sparse_categorical_accuracy", dtype: Any = None):
        super().__init__(sparse_categorical_accuracy, name, dtype)


class TopKCategoricalAccuracy(MeanMetricWrapper):
    """How often the true class has one of the k largest outputs; targets are one-hot.

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.TopKCategoricalAccuracy(k=2)([[0, 0, 1]], [[0.2, 0.5, 0.3]])), 4)
    1.0
    """

    def __init__(self, k: int = 5, name: str | None = "top_k_categorical_accuracy", dtype: Any = None):
        super().__init__(top_k_categorical_accuracy, name, dtype, k=k)


class SparseTopKCategoricalAccuracy(MeanMetricWrapper):
    """How often the true class has one of the k largest outputs; targets are class indices.

    Args:
        k: how many count.
        name, dtype: as in `Metric`.
        from_sorted_ids: outputs are class indices, the best first, instead of scores.

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.SparseTopKCategoricalAccuracy(k=2)([2], [[0.2, 0.5, 0.3]])), 4)
    1.0
    """

    def __init__(
        self,
        k: int = 5,
        name: str | None = "sparse_top_k_categorical_accuracy",
        dtype: Any = None,
        from_sorted_ids: bool = False,
    ):
        super().__init__(sparse_top_k_categorical_accuracy, name, dtype, k=k, from_sorted_ids=from_sorted_ids)
