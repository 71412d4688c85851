"""The learning rates of a model that a callback reads or sets: one, or that of each part of a `MultiOptimizer`."""

from __future__ import annotations

from typing import Any

from hornbeam.callbacks.base import Callback
from hornbeam.optimizers import LossScaleOptimizer, MultiOptimizer


def rated(model: Any) -> dict[str, Any]:
    """The optimizers of a model that have a learning rate, by what the logs call it.

    It is "learning_rate" or, for the parts of a `MultiOptimizer`, "learning_rate_" and the part's name.
    """
    optimizer = getattr(model, "optimizer", None)
    inner = optimizer.inner_optimizer if isinstance(optimizer, LossScaleOptimizer) else optimizer
    if not isinstance(inner, MultiOptimizer):
        return {"learning_rate": optimizer} if hasattr(optimizer, "learning_rate") else {}
    found: dict[str, Any] = {}
    for part in inner.optimizers:
        if inner.built and not part.built:  # moves no variable
            continue
        name = f"learning_rate_{part.name}"
        number = sum(key == name or key.startswith(f"{name}_") for key in found)
        found[f"{name}_{number}" if name in found else name] = part
    return found


def rates(model: Any) -> dict[str, float]:
    """The present learning rates by what the logs call them."""
    return {name: float(optimizer.learning_rate) for name, optimizer in rated(model).items()}


class ScheduledRateError(ValueError, TypeError):
    """The learning rate follows a schedule, and cannot be set; Keras says so with a `TypeError`."""


def settable(callback: Callback) -> dict[str, Any]:
    """What `rated` finds for the model of a callback that sets rates.

    Raises:
        ValueError: if the model has no optimizer.
        ScheduledRateError: if a learning rate follows a schedule of its own.
    """
    found = rated(callback.model)
    if not found:
        raise ValueError(
            f"{type(callback).__name__} needs a model whose optimizer has a `learning_rate`. "
            f"Received: {getattr(callback.model, 'optimizer', None)!r}."
        )
    for optimizer in found.values():
        schedule = getattr(optimizer, "_learning_rate", None)
        if callable(schedule) and hasattr(schedule, "get_config"):
            raise ScheduledRateError(
                f"{type(callback).__name__} sets the learning rate, which must be a number. Received: an optimizer "
                f"whose `learning_rate` is the schedule {type(schedule).__name__}; use one or the other."
            )
    return found
