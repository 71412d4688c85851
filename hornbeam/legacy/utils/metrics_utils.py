"""Keras 2's `utils.metrics_utils`: how metrics of yes and no count."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any, TypeVar

from hornbeam import ops

__all__ = [
    "AUCCurve",
    "AUCSummationMethod",
    "ConfusionMatrix",
    "Reduction",
    "assert_thresholds_range",
    "filter_top_k",
    "parse_init_thresholds",
    "result_wrapper",
    "to_list",
    "update_confusion_matrix_variables",
    "update_state_wrapper",
    "weighted_assign_add",
]

F = TypeVar("F", bound=Callable[..., Any])
NEVER = -1e10  # below all thresholds


class Reduction(enum.Enum):
    """What a metric does with values: it adds them up, or takes their mean, by rows or by weights."""

    SUM = "sum"
    SUM_OVER_BATCH_SIZE = "sum_over_batch_size"
    WEIGHTED_MEAN = "weighted_mean"


class ConfusionMatrix(enum.Enum):
    """What is counted."""

    TRUE_POSITIVES = "tp"
    FALSE_POSITIVES = "fp"
    TRUE_NEGATIVES = "tn"
    FALSE_NEGATIVES = "fn"


class _Named(enum.Enum):
    @classmethod
    def from_str(cls, key: str) -> Any:
        """The member that is called so, in any case."""
        for member in cls:
            if key in (member.value, member.value.lower(), member.value.upper(), member.value.capitalize()):
                return member
        raise ValueError(f"It must be one of {', '.join(repr(member.value) for member in cls)}. Received: {key!r}.")


class AUCCurve(_Named):
    """The curve whose area is found: of hits over false alarms, or of precision over recall."""

    ROC = "ROC"
    PR = "PR"


class AUCSummationMethod(_Named):
    """How the area between two points of a curve is found."""

    INTERPOLATION = "interpolation"
    MAJORING = "majoring"
    MINORING = "minoring"


def to_list(x: Any) -> list[Any]:
    """A list as it is; of anything else a list of one."""
    return x if isinstance(x, list) else [x]


def result_wrapper(result_fn: F) -> F:
    """The method as it is: `result` of a metric needs nothing around it."""
    return result_fn


def update_state_wrapper(update_state_fn: F) -> F:
    """The method as it is: `update_state` of a metric needs nothing around it."""
    return update_state_fn


def assert_thresholds_range(thresholds: Any) -> None:
    """Raise for thresholds that are not from 0 to 1."""
    wrong = [t for t in thresholds if t is None or not 0 <= t <= 1]
    if wrong:
        raise ValueError(f"`thresholds` must be from 0 to 1. Received: {wrong}.")


def parse_init_thresholds(thresholds: Any, default_threshold: float = 0.5) -> list[float]:
    """Thresholds as a list; the default for `None`."""
    if thresholds is None:
        return to_list(default_threshold)
    assert_thresholds_range(to_list(thresholds))
    return to_list(thresholds)


def filter_top_k(x: Any, k: int) -> Any:
    """The `k` largest values of each row; all others become a number that is below all thresholds."""
    x = ops.convert_to_tensor(x)
    numbers = ops.top_k(x, k)[1]
    is_top = ops.sum(ops.one_hot(numbers, x.shape[-1], dtype=x.dtype), -2)
    return x * is_top + NEVER * (1 - is_top)


def weighted_assign_add(label: Any, pred: Any, weights: Any, var: Any) -> Any:
    """Add to a variable, for each threshold, how often label and prediction are both true, times weights."""
    both = ops.cast(ops.logical_and(label, pred), var.dtype)
    return var.assign_add(ops.sum(both if weights is None else both * weights, -1))


def update_confusion_matrix_variables(
    variables_to_update: dict[ConfusionMatrix, Any],
    y_true: Any,
    y_pred: Any,
    thresholds: Any = 0.5,
    top_k: int | None = None,
    class_id: int | None = None,
    sample_weight: Any = None,
) -> None:
    """Count, for each threshold, how many predictions above and below it are right and wrong.

    Args:
        variables_to_update: variables with a number for each threshold, by what they count.
        y_true: 0 and 1.
        y_pred: from 0 to 1.
        thresholds: one, or a list of them.
        top_k: only so many of the largest predictions of each row are positive.
        class_id: only this number of each row counts.
        sample_weight: of rows, or of all.
    """
    unknown = [key for key in variables_to_update if not isinstance(key, ConfusionMatrix)]
    if unknown or not variables_to_update:
        raise ValueError(f"`variables_to_update` must have members of `ConfusionMatrix` as keys. Received: {unknown}.")
    y_pred = ops.cast(y_pred, "float32") if top_k is None else filter_top_k(ops.cast(y_pred, "float32"), top_k)
    y_true = ops.cast(y_true, "float32")
    if class_id is not None:
        y_true, y_pred = y_true[..., class_id], y_pred[..., class_id]
    weights = None
    if sample_weight is not None:
        weights = ops.cast(sample_weight, "float32")
        weights = ops.reshape(weights, (*weights.shape, *(1,) * (len(y_pred.shape) - len(weights.shape))))
        weights = ops.reshape(ops.broadcast_to(weights, y_pred.shape), (1, -1))
    limits = ops.reshape(ops.convert_to_tensor(to_list(thresholds), "float32"), (-1, 1))
    pred = ops.reshape(y_pred, (1, -1)) > limits
    label = ops.broadcast_to(ops.reshape(ops.cast(y_true, "bool"), (1, -1)), pred.shape)
    for kind, variable in variables_to_update.items():
        true = label if kind in (ConfusionMatrix.TRUE_POSITIVES, ConfusionMatrix.FALSE_NEGATIVES) else ~label
        called = pred if kind in (ConfusionMatrix.TRUE_POSITIVES, ConfusionMatrix.FALSE_POSITIVES) else ~pred
        weighted_assign_add(true, called, weights, variable)
