"""Reading and setting the learning rate of the model that a callback is in."""

from __future__ import annotations

from typing import Any

from hornbeam.callbacks.base import Callback


def get(callback: Callback) -> float:
    """The learning rate as a number."""
    return float(_optimizer(callback).learning_rate)


def set(callback: Callback, value: float) -> None:
    """Make `value` the learning rate."""
    _optimizer(callback).learning_rate = value


class ScheduledRateError(ValueError, TypeError):
    """The learning rate follows a schedule, and cannot be set; Keras says so with a `TypeError`."""


def check_settable(callback: Callback) -> None:
    """Refuse an optimizer whose learning rate follows a schedule of its own.

    Raises:
        ScheduledRateError: if it does.
        ValueError: if the model has no optimizer.
    """
    optimizer = _optimizer(callback)
    schedule = getattr(optimizer, "_learning_rate", None)
    if callable(schedule) and hasattr(schedule, "get_config"):
        raise ScheduledRateError(
            f"{type(callback).__name__} sets the learning rate, which must be a number. Received: an optimizer whose "
            f"`learning_rate` is the schedule {type(schedule).__name__}; use one or the other."
        )


def _optimizer(callback: Callback) -> Any:
    optimizer = getattr(callback.model, "optimizer", None)
    if not hasattr(optimizer, "learning_rate"):
        raise ValueError(
            f"{type(callback).__name__} needs a model whose optimizer has a `learning_rate`. Received: {optimizer!r}."
        )
    return optimizer
