"""Sums and means over batches."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from hornbeam import engine
from hornbeam.core import masking, serialization, staying, tree
from hornbeam.core.declarations import fact, is_row_independent
from hornbeam.core.traced_values import saying_where
from hornbeam.losses.loss import ShowsArguments, map_arrays
from hornbeam.losses.reduction import lead, merge_masks, same_rank
from hornbeam.metrics.metric import Metric
from hornbeam.ops.dispatch import as_array
from hornbeam.ops.math import divide_no_nan


def weighted(values: Any, sample_weight: Any, dtype: str, mask: Any = None) -> tuple[Any, Any]:
    """Values times their weights, and the weights; a value of weight 0 is 0, even when it was not finite.

    Weights and mask (true where an entry counts) lie along the leading axes of the values; a scalar weighs every row.
    """
    values = engine.cast(as_array(values), dtype)
    weights = []
    for x, what in ((sample_weight, "sample_weight"), (mask, "mask")):
        if x is not None:
            x = engine.cast(as_array(x), dtype)
            weights.append(lead(x, values, what) if values.shape else x)
    if not weights:
        return values, None
    weight = weights[0] if len(weights) == 1 else weights[0] * weights[1]
    if values.shape:
        weight = engine.broadcast_to(weight, (values.shape[0], *weight.shape[1:]))
    return engine.where(weight == 0, 0, values * weight), weight


class Sum(Metric):
    """Σ w v.

    >>> import hornbeam
    >>> metric = hornbeam.metrics.Sum()
    >>> metric.update_state([1.0, 3.0]); metric.update_state([5.0])
    >>> float(metric.result())
    9.0
    """

    def __init__(self, name: str | None = "sum", dtype: Any = None):
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable((), "zeros", name="total")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        values, _ = weighted(values, sample_weight, self.dtype)
        self.total.assign_add(engine.sum(values))

    def result(self) -> Any:
        return self.total.value


class Mean(Metric):
    """Σ w v / Σ w over rows; 0 before the first value. A row of several values counts with their means.

    >>> import hornbeam
    >>> metric = hornbeam.metrics.Mean()
    >>> metric.update_state([1.0, 3.0]); metric.update_state([5.0], sample_weight=[2.0])
    >>> float(metric.result())
    3.5
    """

    def __init__(self, name: str | None = "mean", dtype: Any = None):
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable((), "zeros", name="total")
        self.count = self.add_variable((), "zeros", name="count")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        self._add(values, sample_weight)

    def _add(self, values: Any, sample_weight: Any, mask: Any = None) -> None:
        values, weight = weighted(values, sample_weight, self.dtype, mask)
        self.total.assign_add(_sum_of_row_means(values))
        rows = values.shape[0] if values.shape else 1
        self.count.assign_add(rows if weight is None else _sum_of_row_means(weight))

    def result(self) -> Any:
        return divide_no_nan(self.total.value, self.count.value)


class Reduce(Metric):
    """Σ w v, divided by the number of values or by Σ w: the base of sums and means in Keras 2.

    Args:
        reduction: "sum", "sum_over_batch_size" (divide by the number of values) or "weighted_mean" (by Σ w).
        name, dtype: as in `Metric`.

    >>> import hornbeam
    >>> metric = hornbeam.metrics.Reduce("sum_over_batch_size", "mean")
    >>> float(metric([1.0, 3.0], sample_weight=[1.0, 0.0]))
    0.5
    """

    def __init__(self, reduction: str, name: str | None, dtype: Any = None):
        super().__init__(name=name, dtype=dtype)
        if reduction not in ("sum", "sum_over_batch_size", "weighted_mean"):
            raise ValueError(
                "`reduction` must be 'sum', 'sum_over_batch_size' or 'weighted_mean'. "
                f"Received: reduction={reduction!r}."
            )
        self.reduction = reduction
        self.total = self.add_variable((), "zeros", name="total")
        self.count = self.add_variable((), "zeros", name="count")

    @fact
    def row_independent(self) -> bool:
        """Whether a row of weight 0 leaves no trace: where values are not counted."""
        return self.reduction != "sum_over_batch_size"

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        values, weight = weighted(values, sample_weight, self.dtype)
        self.total.assign_add(engine.sum(values))
        if self.reduction == "sum_over_batch_size" or weight is None:
            self.count.assign_add(math.prod(values.shape))
        else:
            self.count.assign_add(engine.sum(engine.broadcast_to(weight, values.shape)))

    def result(self) -> Any:
        return self.total.value if self.reduction == "sum" else divide_no_nan(self.total.value, self.count.value)


class MeanMetricWrapper(ShowsArguments, Mean):
    """The mean of a function `(y_true, y_pred, **kwargs)` that gives one value per row.

    The masks of `y_pred` and of the values (entries of `ignore_class`), if they have any, choose the entries that
    count, with `sample_weight` or without.

    Args:
        fn: the function.
        name, dtype: as in `Metric`.
        kwargs: passed on to `fn`.

    >>> import hornbeam
    >>> metric = hornbeam.metrics.MeanMetricWrapper(lambda y, p: hornbeam.ops.abs(y - p), name="distance")
    >>> float(metric([1.0, 2.0], [1.0, 4.0]))
    1.0
    """

    def __init__(self, fn: Callable[..., Any], name: str | None = None, dtype: Any = None, **kwargs: Any):
        super().__init__(name=name, dtype=dtype)
        self.fn = fn
        self._kwargs = kwargs

    @fact
    def row_independent(self) -> bool:
        """Whether a row of weight 0 leaves no trace: where the function declares that rows have values of their own."""
        return is_row_independent(self.fn, self._kwargs)

    @fact
    def compares(self) -> Any:
        """How the function finds whether an output is right."""
        return getattr(self.fn, "compares", None)

    @fact
    def outputs(self) -> Any:
        """What outputs the function takes; `None` for logits."""
        return None if self._kwargs.get("from_logits") else getattr(self.fn, "outputs", None)

    def values(self, y_true: Any, y_pred: Any) -> Any:
        """One value per row, or per row and step."""
        y_true, y_pred = map_arrays(self._inexact, y_true), map_arrays(self._inexact, y_pred)
        if not tree.is_nested(y_true) and not tree.is_nested(y_pred):
            y_true, y_pred = same_rank(y_true, y_pred)
        with staying.called(), saying_where(f"Metric `{self.name}`"):
            return self.fn(y_true, y_pred, **self._kwargs)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        values = self.values(y_true, y_pred)
        mask = merge_masks([masking.get_mask(y_pred), masking.get_mask(values)])
        self._add(values, sample_weight, mask)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        if "fn" in config:
            config = config | {"fn": serialization.deserialize(config["fn"], kind="keras.metrics")}
        return super().from_config(config)


def _sum_of_row_means(x: Any) -> Any:
    return engine.sum(x) / max(math.prod(x.shape[1:]), 1)
