"""Keras 2's `engine.training_utils`: losses and metrics of each output."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from hornbeam import losses, metrics, ops

_BY_OUTPUT = {
    "accuracy": ("binary_accuracy", "sparse_categorical_accuracy", "categorical_accuracy"),
    "crossentropy": ("binary_crossentropy", "sparse_categorical_crossentropy", "categorical_crossentropy"),
}
_SHORT = {"acc": "accuracy", "ce": "crossentropy"}


def get_loss_function(loss: Any) -> Any:
    """The loss of a name, a function, a class or an object of `losses.Loss`; `None` for `None`."""
    if loss is None or isinstance(loss, losses.Loss):
        return loss
    found = losses.get(loss() if isinstance(loss, type) else loss)
    return found if isinstance(found, losses.Loss) else losses.LossFunctionWrapper(found, name=found.__name__)


def prepare_loss_functions(loss: Any, output_names: Sequence[str]) -> list[Any]:
    """The loss of each output: one for all, or a list, or a dictionary by their names."""
    names = list(output_names)
    if isinstance(loss, dict):
        _check_keys("loss", loss, names)
        return [get_loss_function(loss.get(name)) for name in names]
    if isinstance(loss, list | tuple):
        _check_count("loss", loss, names)
        return [get_loss_function(one) for one in loss]
    return [get_loss_function(loss) for _ in names]


def prepare_loss_weights(output_names: Sequence[str], loss_weights: Any = None) -> list[float]:
    """How much each output's loss counts: a list, or a dictionary by names; 1 by default."""
    names = list(output_names)
    if loss_weights is None:
        return [1.0] * len(names)
    if isinstance(loss_weights, dict):
        _check_keys("loss_weights", loss_weights, names)
        return [loss_weights.get(name, 1.0) for name in names]
    if not isinstance(loss_weights, list):
        raise TypeError(f"`loss_weights` must be a list or a dictionary. Received: {loss_weights!r}.")
    _check_count("loss_weights", loss_weights, names)
    return loss_weights


def _check_keys(argument: str, given: dict[str, Any], names: list[str]) -> None:
    unknown = sorted(set(given) - set(names))
    if unknown:
        raise ValueError(f"`{argument}` must have keys among the outputs, {names}. Received: {unknown}.")


def _check_count(argument: str, given: Sequence[Any], names: list[str]) -> None:
    if len(given) != len(names):
        raise ValueError(
            f"`{argument}` must have an item for each of the outputs, {names}. Received: {len(given)} items."
        )


def get_metric_name(metric: Any, weighted: bool = False) -> str:
    """What the logs call a metric: as the user did, or the name of the function or object."""
    if isinstance(metric, str):
        return metric
    found = metrics.get(metric)
    return found.name if hasattr(found, "name") else found.__name__


def get_metric_function(metric: Any, output_shape: Any = None, loss_fn: Any = None) -> Any:
    """The metric of a name; "accuracy" and "crossentropy" are those that suit the output and its loss."""
    name = _SHORT.get(metric, metric) if isinstance(metric, str) else None
    if name not in _BY_OUTPUT:
        return metrics.get(metric)
    binary, sparse, categorical = _BY_OUTPUT[name]
    is_binary = (
        isinstance(loss_fn, losses.BinaryCrossentropy) or getattr(loss_fn, "fn", loss_fn) is losses.binary_crossentropy
    )
    if is_binary or (output_shape is not None and output_shape[-1] == 1):
        return getattr(metrics, binary)
    of_classes = losses.sparse_categorical_crossentropy
    is_sparse = (
        isinstance(loss_fn, losses.SparseCategoricalCrossentropy) or getattr(loss_fn, "fn", loss_fn) is of_classes
    )
    return getattr(metrics, sparse if is_sparse else categorical)


def call_metric_function(metric_fn: Any, y_true: Any, y_pred: Any = None, weights: Any = None, mask: Any = None) -> Any:
    """A metric of values, with the mask, if there is one, multiplied by the weights."""
    if mask is not None:
        mask = ops.cast(mask, y_pred.dtype)
        weights = (
            mask
            if weights is None
            else ops.expand_dims(weights, -1) * mask
            if mask.ndim > weights.ndim
            else weights * mask
        )
    values = [y_true] if y_pred is None else [y_true, y_pred]
    return metric_fn(*values, sample_weight=weights)


def collect_per_output_metric_info(
    metrics: Any,
    output_names: Sequence[str],
    output_shapes: Sequence[Any],
    loss_fns: Sequence[Any],
    is_weighted: bool = False,
) -> list[Any]:
    """The metrics of each output, by their names, as objects that count."""
    names = list(output_names)
    return [
        OrderedDict((get_metric_name(metric, is_weighted), _counting(metric, shape, loss)) for metric in mine)
        for mine, shape, loss in zip(_of_outputs(metrics, names), output_shapes, loss_fns, strict=True)
    ]


def _of_outputs(given: Any, names: list[str]) -> list[list[Any]]:
    if not given:
        return [[] for _ in names]
    if isinstance(given, dict):
        _check_keys("metrics", given, names)
        found = [given.get(name) or [] for name in names]
    elif isinstance(given, list) and any(isinstance(one, list | tuple) for one in given):
        _check_count("metrics", given, names)
        found = given
    elif isinstance(given, list):
        found = [given] * len(names)
    else:
        raise TypeError(f"`metrics` must be a list or a dictionary. Received: {given!r}.")
    return [list(one) if isinstance(one, list | tuple) else [one] for one in found]


def _counting(metric: Any, shape: Any, loss: Any) -> Any:
    found = get_metric_function(metric, shape, loss)
    if isinstance(found, metrics.Metric):
        return found
    return metrics.MeanMetricWrapper(found, name=get_metric_name(metric))
