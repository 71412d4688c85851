"""From one value per row (or per row and step) to the loss: ranks that match, weights, masks, means.

    sum_over_batch_size, mean     Σ vᵢ wᵢ mᵢ / Σ mᵢ      the weights w do not enter the divisor
    mean_with_sample_weight       Σ vᵢ wᵢ mᵢ / Σ wᵢ mᵢ
    sum                           Σ vᵢ wᵢ mᵢ
    none                          vᵢ wᵢ mᵢ

v are the values, w the sample weights and m the mask, 1 where an entry counts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core import tensor_metadata
from hornbeam.core.renaming.arguments import value_of_today
from hornbeam.ops.dispatch import Array, floating
from hornbeam.ops.math import divide_no_nan

REDUCTIONS = ("sum_over_batch_size", "mean", "mean_with_sample_weight", "sum", "none", None)


def standardize_reduction(reduction: str | None) -> str:
    """`reduction` checked; `None` is "none".

    Raises:
        ValueError: for another name.
    """
    if reduction not in REDUCTIONS:
        reduction = value_of_today("reduction", reduction)
    if reduction not in REDUCTIONS:
        names = ", ".join(map(repr, REDUCTIONS))
        raise ValueError(f"`reduction` must be one of {names}. Received: reduction={reduction!r}.")
    return reduction or "none"


def reduce(
    values: Array, sample_weight: Array | None = None, mask: Array | None = None, reduction: str | None = "mean"
) -> Array:
    """The loss of `values`, shaped (batch, ...), under weights and a mask shaped like its leading axes.

    A masked entry counts nowhere, whatever its value is: a batch padded with masked rows has the loss of the batch
    alone.
    """
    reduction = standardize_reduction(reduction)
    if sample_weight is not None and len(values.shape) == 1 and tuple(sample_weight.shape[1:]) == (1,):
        values = engine.reshape(values, (-1, 1))
    weight, keep = _weight_and_mask(values, sample_weight, mask)
    if keep is not None:
        values = engine.where(keep, values, 0)
    if weight is not None:
        values = values * weight
    if reduction == "none" or not values.shape:
        return values
    total = engine.sum(values)
    if reduction == "sum":
        return total
    if reduction == "mean_with_sample_weight" and weight is not None:
        weight = engine.broadcast_to(weight, values.shape)
        return divide_no_nan(total, engine.sum(weight if keep is None else engine.where(keep, weight, 0)))
    if keep is None:
        return total / max(math.prod(values.shape), 1)
    share = math.prod(values.shape) / max(math.prod(keep.shape), 1)
    return divide_no_nan(total, engine.sum(engine.cast(keep, engine.dtype_name(values))) * share)


def _weight_and_mask(values: Array, weight: Array | None, mask: Array | None) -> tuple[Array | None, Array | None]:
    """Weights and mask with as many axes as the values, and sizes that fit them."""
    if weight is not None:
        weight = engine.cast(lead(weight, values, "sample_weight"), engine.dtype_name(values))
    if mask is not None and values.shape:
        mask = engine.cast(lead(mask, values, "mask"), "bool")
    return weight, mask if values.shape else None


def lead(x: Array, values: Array, what: str) -> Array:
    """`x` with axes of size 1 added, or a last one dropped, so that it lies along the leading axes of `values`.

    Raises:
        ValueError: when its sizes do not fit.
    """
    shape, target = tuple(x.shape), tuple(values.shape)
    while len(shape) > len(target) > 0 and shape[-1] == 1:
        shape = shape[:-1]
    if target and (len(shape) > len(target) or any(n not in (1, m) for n, m in zip(shape, target, strict=False))):
        raise ValueError(
            f"`{what}` must have the shape of the values that it applies to, {target}, or of their leading axes. "
            f"Received: {what} of shape {tuple(x.shape)}."
        )
    return engine.reshape(x, shape + (1,) * (len(target) - len(shape)))


def merge_masks(masks: Sequence[Any]) -> Array | None:
    """True where all masks are; those with fewer axes lie along the leading ones. `None` counts everywhere."""
    given = sorted(
        (engine.cast(engine.asarray(m), "bool") for m in masks if m is not None), key=lambda m: -len(m.shape)
    )
    merged = given[0] if given else None
    for mask in given[1:]:
        merged = engine.logical_and(merged, lead(mask, merged, "mask"))
    return merged


def mean(x: Array, axis: int = -1) -> Array:
    """The mean over an axis; of a scalar, itself."""
    return engine.sum(x, axis=axis) / x.shape[axis] if x.shape else x


def same_rank(y_true: Array, y_pred: Array) -> tuple[Array, Array]:
    """Targets and outputs with a last axis of size 1 added or dropped where their ranks differ by one."""
    n, m = len(y_true.shape), len(y_pred.shape)
    if n == m + 1 and y_true.shape[-1] == 1:
        if m == 1:
            return y_true, _reshaped(y_pred, (-1, 1))
        return engine.reshape(y_true, y_true.shape[:-1]), y_pred
    if m == n + 1 and y_pred.shape[-1] == 1:
        if n == 1:
            return engine.reshape(y_true, (-1, 1)), y_pred
        return y_true, _reshaped(y_pred, y_pred.shape[:-1])
    return y_true, y_pred


def _reshaped(y_pred: Array, shape: Sequence[int]) -> Array:
    return tensor_metadata.carry(lambda p: engine.reshape(p, shape), y_pred, keeps_axes=False)


def aligned(y_true: Array, y_pred: Array) -> tuple[Array, Array]:
    """Targets and outputs as floats of one dtype and one shape.

    Raises:
        ValueError: when the shapes differ by more than a last axis of size 1: targets are never broadcast, but for
            a number without axes.
    """
    y_pred = floating(y_pred)
    y_true = engine.cast(y_true, engine.dtype_name(y_pred))
    if not y_true.shape:
        y_true = engine.broadcast_to(y_true, tuple(y_pred.shape))
    y_true, y_pred = same_rank(y_true, y_pred)
    if tuple(y_true.shape) != tuple(y_pred.shape):
        raise ValueError(
            "`y_true` and `y_pred` must have the same shape. "
            f"Received: y_true of shape {tuple(y_true.shape)}, y_pred of shape {tuple(y_pred.shape)}."
            f"{_fix(tuple(y_true.shape), tuple(y_pred.shape))}"
        )
    return y_true, y_pred


def _fix(y_true: tuple[int, ...], y_pred: tuple[int, ...]) -> str:
    """What to do about class indices, where a value for each class is needed."""
    if y_true != y_pred[:-1]:
        return ""
    return " Class indices need a loss or metric that is `sparse`, or `utils.to_categorical(y)`."


def class_indices(y_true: Array, y_pred: Array, axis: int) -> Array:
    """Integers shaped like `y_pred` without its class axis; a last axis of size 1 is dropped.

    Raises:
        ValueError: when the shapes do not fit.
    """
    if len(y_true.shape) == len(y_pred.shape) and y_true.shape[-1] == 1:
        y_true = engine.reshape(y_true, y_true.shape[:-1])
    if tuple(y_true.shape) != (*y_pred.shape[:axis], *y_pred.shape[axis + 1 :]):
        raise ValueError(
            "`y_true` must hold one class index for each row of `y_pred`. "
            f"Received: y_true of shape {tuple(y_true.shape)}, y_pred of shape {tuple(y_pred.shape)}. "
            "One-hot targets need the categorical loss or metric, without `sparse`."
        )
    return engine.cast(y_true, "int32")
