"""Keras 2's `utils.losses_utils`: losses of rows times their weights, and what becomes of them."""

from __future__ import annotations

from typing import Any

from hornbeam import ops

__all__ = [
    "Reduction",
    "broadcast_weights",
    "compute_weighted_loss",
    "reduce_weighted_loss",
    "squeeze_or_expand_dimensions",
]


class Reduction:
    """What becomes of the losses of all rows: nothing, their sum, or their mean."""

    AUTO = "auto"  # of TensorFlow's Keras: the mean
    NONE = "none"
    SUM = "sum"
    SUM_OVER_BATCH_SIZE = "sum_over_batch_size"

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """The three."""
        return cls.NONE, cls.SUM, cls.SUM_OVER_BATCH_SIZE

    @classmethod
    def validate(cls, key: str) -> None:
        """Raise for anything else."""
        if key not in cls.all():
            raise ValueError(f"`reduction` must be one of {', '.join(map(repr, cls.all()))}. Received: {key!r}.")


def squeeze_or_expand_dimensions(y_pred: Any, y_true: Any = None, sample_weight: Any = None) -> tuple[Any, ...]:
    """Arrays of which none has a last axis of size 1 that the others have not.

    Returns:
        `y_pred`, `y_true`, and `sample_weight` if it is given.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    if y_true is not None:
        y_true = ops.convert_to_tensor(y_true)
        if y_pred.ndim == y_true.ndim + 1 and y_pred.shape[-1] == 1:
            y_pred = ops.squeeze(y_pred, -1)
        elif y_true.ndim == y_pred.ndim + 1 and y_true.shape[-1] == 1:
            y_true = ops.squeeze(y_true, -1)
    if sample_weight is None:
        return y_pred, y_true
    weights = ops.convert_to_tensor(sample_weight)
    if weights.ndim == y_pred.ndim + 1 and weights.shape[-1] == 1:
        weights = ops.squeeze(weights, -1)
    elif 0 < weights.ndim == y_pred.ndim - 1:
        weights = ops.expand_dims(weights, -1)
    return y_pred, y_true, weights


def broadcast_weights(values: Any, sample_weight: Any) -> Any:
    """Weights in the shape of the values, each for all that is in one of their rows."""
    values, weights = ops.convert_to_tensor(values), ops.convert_to_tensor(sample_weight)
    weights = ops.reshape(weights, (*weights.shape, *(1,) * (values.ndim - weights.ndim))) if weights.ndim else weights
    if weights.ndim > values.ndim or any(w not in (1, n) for w, n in zip(weights.shape, values.shape, strict=False)):
        raise ValueError(
            f"`sample_weight` must be a number, or have the sizes of the values, {tuple(values.shape)}, or 1. "
            f"Received: shape {tuple(ops.convert_to_tensor(sample_weight).shape)}."
        )
    return ops.broadcast_to(weights, values.shape)


def compute_weighted_loss(
    losses: Any, sample_weight: Any = None, reduction: str = Reduction.SUM_OVER_BATCH_SIZE, name: str | None = None
) -> Any:
    """Losses of rows times their weights, reduced.

    Args:
        losses: one for each row, or more axes of them.
        sample_weight: a number, or one for each; 1 by default.
        reduction: a constant of `Reduction`.
        name: accepted for code written for TensorFlow.
    """
    Reduction.validate(reduction)
    losses = ops.convert_to_tensor(losses)
    if sample_weight is not None:
        losses, _, weights = squeeze_or_expand_dimensions(losses, None, ops.cast(sample_weight, losses.dtype))
        losses = losses * weights
    return reduce_weighted_loss(losses, reduction)


def reduce_weighted_loss(weighted_losses: Any, reduction: str = Reduction.SUM_OVER_BATCH_SIZE) -> Any:
    """The losses as they are, their sum, or their mean."""
    if reduction == Reduction.NONE:
        return ops.convert_to_tensor(weighted_losses)
    return ops.sum(weighted_losses) if reduction == Reduction.SUM else ops.mean(weighted_losses)
