"""Metrics by name, and from configs."""

from __future__ import annotations

from typing import Any

from hornbeam.core import serialization
from hornbeam.core.lazy import Members
from hornbeam.core.lookup import lookup
from hornbeam.metrics import by_shape
from hornbeam.metrics.metric import Metric

_BASES = ("Metric", "MeanMetricWrapper", "Reduce", "SensitivitySpecificityBase")
# Functions that no class stands for, so that the function itself is the metric.
_FUNCTIONS = ("binary_focal_crossentropy", "categorical_focal_crossentropy", "huber")
_SHORT = {"rmse": "RootMeanSquaredError", "log_cosh": "LogCoshError"}
_NAMES = Members(
    "hornbeam.metrics", lambda name: (name[0].isupper() and name not in _BASES) or name in _FUNCTIONS, _SHORT
)


def get(identifier: Any) -> Any:
    """The metric for a name, a config, a function or a `Metric`; `None` stays `None`.

    >>> import hornbeam
    >>> hornbeam.metrics.get("mse").name
    'mean_squared_error'
    """
    return lookup(identifier, _NAMES, "keras.metrics", "metric", Metric, also=by_shape.NAMES)


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
