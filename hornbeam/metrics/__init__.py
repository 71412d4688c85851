"""Metrics: what is watched in training and evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hornbeam.core import serialization
from hornbeam.core.lookup import lookup
from hornbeam.core.renaming.names import old_names_in
from hornbeam.losses import (
    binary_crossentropy,
    binary_focal_crossentropy,
    categorical_crossentropy,
    categorical_focal_crossentropy,
    categorical_hinge,
    hinge,
    huber,
    kl_divergence,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
    poisson,
    sparse_categorical_crossentropy,
    squared_hinge,
)
from hornbeam.metrics.accuracies import (
    Accuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
    accuracy,
    binary_accuracy,
    categorical_accuracy,
    sparse_categorical_accuracy,
    sparse_top_k_categorical_accuracy,
    top_k_categorical_accuracy,
)
from hornbeam.metrics.at_threshold import (
    PrecisionAtRecall,
    RecallAtPrecision,
    SensitivityAtSpecificity,
    SensitivitySpecificityBase,
    SpecificityAtSensitivity,
)
from hornbeam.metrics.auc import AUC
from hornbeam.metrics.correlation import (
    ConcordanceCorrelation,
    PearsonCorrelation,
    R2Score,
    concordance_correlation,
    pearson_correlation,
)
from hornbeam.metrics.counts import FalseNegatives, FalsePositives, TrueNegatives, TruePositives
from hornbeam.metrics.f_score import F1Score, FBetaScore
from hornbeam.metrics.iou import BinaryIoU, IoU, MeanIoU, OneHotIoU, OneHotMeanIoU
from hornbeam.metrics.metric import Metric
from hornbeam.metrics.precision_recall import Precision, Recall
from hornbeam.metrics.probabilistic import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    CategoricalHinge,
    Hinge,
    KLDivergence,
    Poisson,
    SparseCategoricalCrossentropy,
    SquaredHinge,
)
from hornbeam.metrics.reduction import Mean, MeanMetricWrapper, Reduce, Sum
from hornbeam.metrics.regression import (
    CosineSimilarity,
    LogCoshError,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    RootMeanSquaredError,
    cosine_similarity,
)

__all__ = [
    # classes
    "Metric",
    "Sum",
    "Mean",
    "MeanMetricWrapper",
    "Accuracy",
    "BinaryAccuracy",
    "CategoricalAccuracy",
    "SparseCategoricalAccuracy",
    "TopKCategoricalAccuracy",
    "SparseTopKCategoricalAccuracy",
    "MeanSquaredError",
    "RootMeanSquaredError",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredLogarithmicError",
    "CosineSimilarity",
    "LogCoshError",
    "R2Score",
    "PearsonCorrelation",
    "ConcordanceCorrelation",
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "SparseCategoricalCrossentropy",
    "KLDivergence",
    "Poisson",
    "Hinge",
    "SquaredHinge",
    "CategoricalHinge",
    "TruePositives",
    "TrueNegatives",
    "FalsePositives",
    "FalseNegatives",
    "Precision",
    "Recall",
    "AUC",
    "SensitivityAtSpecificity",
    "SpecificityAtSensitivity",
    "PrecisionAtRecall",
    "RecallAtPrecision",
    "F1Score",
    "FBetaScore",
    "IoU",
    "BinaryIoU",
    "MeanIoU",
    "OneHotIoU",
    "OneHotMeanIoU",
    # classes of Keras 2
    "Reduce",
    "SensitivitySpecificityBase",
    # functions
    "accuracy",
    "binary_accuracy",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
    "top_k_categorical_accuracy",
    "sparse_top_k_categorical_accuracy",
    "cosine_similarity",
    "mean_squared_error",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_logarithmic_error",
    "huber",
    "log_cosh",
    "binary_crossentropy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
    "binary_focal_crossentropy",
    "categorical_focal_crossentropy",
    "kl_divergence",
    "poisson",
    "hinge",
    "squared_hinge",
    "categorical_hinge",
    "pearson_correlation",
    "concordance_correlation",
    # by name
    "get",
    "serialize",
    "deserialize",
    "clone_metric",
    "clone_metrics",
]


def get(identifier: Any) -> Any:
    """The metric for a name, a config, a function or a `Metric`; `None` stays `None`.

    >>> import hornbeam
    >>> hornbeam.metrics.get("mse").name
    'mean_squared_error'
    """
    return lookup(identifier, _NAMES, "keras.metrics", "metric", Metric)


def serialize(metric: Any) -> Any:
    """The config of a `Metric`; the name of a function.

    >>> import hornbeam
    >>> hornbeam.metrics.serialize(hornbeam.metrics.Mean(name="m"))["config"]
    {'name': 'm', 'dtype': 'float32'}
    """
    return serialization.serialize(metric)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The metric that `serialize` described.

    >>> import hornbeam
    >>> hornbeam.metrics.deserialize(hornbeam.metrics.serialize(hornbeam.metrics.Mean(name="m"))).name
    'm'
    """
    return serialization.deserialize(config, custom_objects, kind="keras.metrics")


def clone_metric(metric: Any) -> Any:
    """A new metric with the same config and no state; a function as it is.

    >>> import hornbeam
    >>> hornbeam.metrics.clone_metric(hornbeam.metrics.Mean(name="m")).name
    'm'
    """
    if not isinstance(metric, Metric):
        return metric
    clone = type(metric).from_config(metric.get_config())
    clone.__hornbeam__.serial = metric.__hornbeam__.serial
    return clone


def clone_metrics(metrics: Any) -> Any:
    """`clone_metric` of each, in a list or a dictionary like the given one.

    >>> import hornbeam
    >>> [metric.name for metric in hornbeam.metrics.clone_metrics([hornbeam.metrics.Mean(name="m")])]
    ['m']
    """
    if isinstance(metrics, dict):
        return {name: clone_metric(metric) for name, metric in metrics.items()}
    return [clone_metric(metric) for metric in metrics]


_SHORT = {"rmse": RootMeanSquaredError, "log_cosh": LogCoshError}
_BASES = ("Metric", "MeanMetricWrapper", "Reduce", "SensitivitySpecificityBase")
_CLASSES = {name: globals()[name] for name in __all__ if isinstance(globals()[name], type) and name not in _BASES}
_FUNCTIONS = {
    name: globals()[name] for name in ("binary_focal_crossentropy", "categorical_focal_crossentropy", "huber")
}
_NAMES = _SHORT | _CLASSES | _FUNCTIONS

if not TYPE_CHECKING:
    __getattr__ = old_names_in(__name__)
