"""True and false positives and negatives, at one threshold or many, and the base of what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from hornbeam import engine
from hornbeam.core.brief import shown_shape
from hornbeam.losses.reduction import aligned, lead
from hornbeam.metrics.metric import Metric
from hornbeam.ops.dispatch import Array, as_array

OUTCOMES = ("true_positives", "false_positives", "true_negatives", "false_negatives")
_FEW = 8  # so many thresholds are compared one by one


class Counts(NamedTuple):
    """Sums of weights for each threshold, or for each threshold and label."""

    true_positives: Array
    false_positives: Array
    true_negatives: Array
    false_negatives: Array


def count(y: Array, p: Array, weight: Array, thresholds: Sequence[float], by_label: bool = False) -> Counts:
    """What `p > threshold` gets right and wrong about the truth of `y`, for each threshold.

    With `by_label`, the last axis is counted apart.
    """
    labels = p.shape[-1] if by_label else 1
    y, p, weight = (engine.reshape(x, (-1, labels)) for x in (y, p, engine.broadcast_to(weight, p.shape)))
    true = engine.cast(y, "bool")
    of_true, of_false = engine.where(true, weight, 0), engine.where(true, 0, weight)
    sums = (
        _few(p, of_true, of_false, thresholds) if len(thresholds) <= _FEW else _many(p, of_true, of_false, thresholds)
    )
    return sums if by_label else Counts(*(engine.reshape(x, (len(thresholds),)) for x in sums))


def _few(p: Array, of_true: Array, of_false: Array, thresholds: Sequence[float]) -> Counts:
    t = engine.asarray(np.asarray(thresholds, "float32")[:, None, None])
    above = engine.cast(p, "float32") > t
    return Counts(
        engine.sum(engine.where(above, of_true, 0), axis=1),
        engine.sum(engine.where(above, of_false, 0), axis=1),
        engine.sum(engine.where(above, 0, of_false), axis=1),
        engine.sum(engine.where(above, 0, of_true), axis=1),
    )


def _many(p: Array, of_true: Array, of_false: Array, thresholds: Sequence[float]) -> Counts:
    """By a histogram over the intervals between thresholds, summed up from either end."""
    n, labels = len(thresholds), p.shape[1]
    order = np.argsort(thresholds, kind="stable")
    t = engine.asarray(np.asarray(thresholds, "float32")[order])
    interval = engine.searchsorted(t, engine.reshape(engine.cast(p, "float32"), (-1,)), "left")
    label = engine.broadcast_to(engine.arange(0, labels, 1, "int32"), p.shape)
    places = engine.reshape(interval * labels + engine.reshape(label, (-1,)), (-1, 1))
    rank = engine.asarray(np.argsort(order).astype("int32"))

    def both_ways(amounts: Array) -> tuple[Array, Array]:
        empty = engine.full(((n + 1) * labels,), 0, engine.dtype_name(amounts))
        histogram = engine.scatter_add(empty, places, engine.reshape(amounts, (-1,)))
        histogram = engine.reshape(histogram, (n + 1, labels))
        above = engine.flip(engine.cumsum(engine.flip(histogram, 0), 0), 0)[1:]
        below = engine.cumsum(histogram, 0)[:-1]
        return engine.take(above, rank, 0), engine.take(below, rank, 0)

    (tp, fn), (fp, tn) = both_ways(of_true), both_ways(of_false)
    return Counts(tp, fp, tn, fn)


class ConfusionMetric(Metric):
    """Base: keeps the counts named in `kept`, for each of `thresholds`. Masks of the outputs do not count here."""

    kept: tuple[str, ...] = OUTCOMES
    thresholds: Sequence[float]
    class_id: int | None = None
    top_k: int | None = None

    def _use_thresholds(self, thresholds: Any) -> None:
        """Keep what was asked for as `init_thresholds`, and the list of those that are used as `thresholds`."""
        check_thresholds(thresholds)
        self.init_thresholds = thresholds
        if thresholds is None:
            self.thresholds = [0.5 if self.top_k is None else -1e10]
        else:
            several = isinstance(thresholds, list | tuple | np.ndarray)
            self.thresholds = list(thresholds) if several else [thresholds]

    def _add_counts(self, shape: tuple[int, ...]) -> None:
        for name in self.kept:
            setattr(self, name, self.add_variable(shape, "zeros", name=name))

    def _count(self, y_true: Any, y_pred: Any, sample_weight: Any) -> Counts:
        y, p, weight = self._prepare(y_true, y_pred, sample_weight)
        return count(y, p, weight, self.thresholds)

    def _prepare(self, y_true: Any, y_pred: Any, sample_weight: Any) -> tuple[Array, Array, Array]:
        y, p = aligned(as_array(y_true), engine.cast(as_array(y_pred), self.dtype))
        if sample_weight is None:
            weight = engine.full((1,) * len(p.shape), 1, self.dtype)
        else:
            weight = lead(engine.cast(as_array(sample_weight), self.dtype), p, "sample_weight")
        if self.top_k is not None:
            p = _only_top_k(p, self.top_k)
        if self.class_id is not None:
            if len(p.shape) < 2 or not 0 <= self.class_id < p.shape[-1]:
                raise ValueError(
                    f"`{type(self).__name__}` with a `class_id` needs outputs of shape (batch, classes) with that "
                    f"class. Received: class_id={self.class_id}, outputs of shape {shown_shape(p.shape)}."
                )
            c = slice(self.class_id, self.class_id + 1)
            y, p, weight = y[..., c], p[..., c], weight if weight.shape[-1] == 1 else weight[..., c]
        return y, p, weight

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        counts = self._count(y_true, y_pred, sample_weight)
        for name in self.kept:
            getattr(self, name).assign_add(getattr(counts, name))

    def _of_one(self, values: Array) -> Array:
        """A scalar where there is one threshold."""
        return values[0] if values.shape == (1,) else values


def _only_top_k(p: Array, k: int) -> Array:
    """`p` where it is one of the k largest along the last axis, far below any threshold elsewhere."""
    _, index = engine.top_k(p, k)
    classes = engine.arange(0, p.shape[-1], 1, "int32")
    chosen = engine.any(engine.reshape(index, (*index.shape, 1)) == classes, axis=-2)
    return engine.where(chosen, p, -1e10)


def check_thresholds(thresholds: Any) -> None:
    values = np.atleast_1d(np.asarray([] if thresholds is None else thresholds, dtype=object))
    if any(t is None or not 0 <= t <= 1 for t in values):
        raise ValueError(f"`thresholds` must be in [0, 1]. Received: thresholds={thresholds}.")
