"""Checks of the losses and metrics that `compile` is given, before the first batch meets them."""

from __future__ import annotations

import inspect
from typing import Any

from hornbeam import engine, losses, metrics, optimizers
from hornbeam.core.brief import brief
from hornbeam.core.serialization import UnknownNameError
from hornbeam.layers.base.foreign import may_be_module
from hornbeam.training.objective.names import each

_BY_OUTPUT = ("accuracy", "acc", "crossentropy", "ce")  # what they stand for is known with the output


def check_measures(loss: Any, *metric_lists: Any) -> None:
    """Raise now for what is unknown, or takes no targets and predictions, not at the first batch."""
    for one in each(loss):
        _check_loss(one)
        _check_callable(losses.get(one), "loss")
    for one in each(metric_lists):
        if not isinstance(one, str) or one not in _BY_OUTPUT:
            _check_callable(metrics.get(one), "metric")


def _check_loss(loss: Any) -> None:
    if isinstance(loss, metrics.Metric):
        raise ValueError(
            f"`loss` must be a name, a function or a Loss. Received: the metric {brief(loss)}, which adds up over "
            "batches and has no gradient; pass it in `metrics`."
        )
    if isinstance(loss, str) and _is_optimizer(loss):
        raise UnknownNameError(
            f"`loss` must be a known name, a config or an object. Received: {loss!r}, which is an optimizer; the order "
            "is `compile(optimizer, loss)`."
        )


def _is_optimizer(name: str) -> bool:
    try:
        losses.get(name)
    except UnknownNameError:
        try:
            return optimizers.get(name) is not None
        except ValueError:
            return False
    return False


def _check_callable(fn: Any, what: str) -> None:
    """Raise for a module of an engine that does not run, and for a function that takes no two arguments by place."""
    if may_be_module(fn) and not isinstance(fn, losses.Loss | metrics.Metric) and not _runs(fn):
        raise ValueError(
            f"`{what}` must compute with arrays of {engine.backend()!r}, the engine that runs. Received: {brief(fn)} "
            f"of `{type(fn).__module__}`; use one of `hornbeam.{'losses' if what == 'loss' else 'metrics'}`."
        )
    if inspect.isfunction(fn):
        try:
            inspect.signature(fn).bind(None, None)
        except TypeError:
            raise ValueError(
                f"The {what} `{fn.__name__}` must be a function of `(y_true, y_pred)`. Received: one of "
                f"`{inspect.signature(fn)}`."
            ) from None


def _runs(module: Any) -> bool:
    return type(module).__module__.partition(".")[0] == engine.backend()
