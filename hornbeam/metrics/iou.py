"""Intersection over union: how well predicted regions cover the true ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import settings
from hornbeam.losses.reduction import lead
from hornbeam.metrics.metric import Metric
from hornbeam.ops.dispatch import as_array

__all__ = ["IoU", "BinaryIoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU"]


class IoU(Metric):
    """TP / (TP + FP + FN) of chosen classes, and its mean over those that occur.

    Args:
        num_classes: the number of classes.
        target_class_ids: the chosen ones.
        name, dtype: as in `Metric`.
        ignore_class: a class index whose entries do not count.
        sparse_y_true, sparse_y_pred: whether targets and outputs are class indices, rather than one-hot or scores.
        axis: of the classes, where they are not numbers.

    >>> import hornbeam
    >>> metric = hornbeam.metrics.IoU(num_classes=2, target_class_ids=[0])
    >>> round(float(metric([0, 0, 1, 1], [0, 1, 0, 1])), 4)
    0.3333
    """

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ):
        super().__init__(name=name, dtype=dtype)
        if max(target_class_ids) >= num_classes:
            raise ValueError(
                f"`target_class_ids` must be below `num_classes`, {num_classes}. Received: {tuple(target_class_ids)}."
            )
        self.num_classes, self.target_class_ids = num_classes, target_class_ids
        self.ignore_class, self.axis = ignore_class, axis
        self.sparse_y_true, self.sparse_y_pred = sparse_y_true, sparse_y_pred
        self.total_cm = self.add_variable((num_classes, num_classes), name="total_confusion_matrix")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        y, p = as_array(y_true), as_array(y_pred)
        y = engine.cast(y if self.sparse_y_true else engine.argmax(y, axis=self.axis), "int32")
        p = engine.cast(p if self.sparse_y_pred else engine.argmax(p, axis=self.axis), "int32")
        if len(y.shape) == len(p.shape) + 1 and y.shape[-1] == 1:
            y = engine.reshape(y, p.shape)
        weight = engine.full((), 1, self.dtype) if sample_weight is None else as_array(sample_weight)
        weight = engine.cast(lead(weight, y, "sample_weight"), self.dtype)
        weight, y, p = (engine.reshape(x, (-1,)) for x in (engine.broadcast_to(weight, y.shape), y, p))
        n = self.num_classes
        known = (y >= 0) & (y < n) & (p >= 0) & (p < n)
        if self.ignore_class is not None:
            known = known & (y != self.ignore_class)
        places = engine.reshape(engine.where(known, y * n + p, 0), (-1, 1))
        counts = engine.scatter_add(engine.full((n * n,), 0, self.dtype), places, engine.where(known, weight, 0))
        self.total_cm.assign_add(engine.reshape(counts, (n, n)))

    def result(self) -> Any:
        counts = self.total_cm.value
        chosen = np.asarray(self.target_class_ids, "int32")
        hits = engine.sum(counts * engine.eye(self.num_classes, self.num_classes, 0, self.dtype), axis=0)
        union = engine.sum(counts, axis=0) + engine.sum(counts, axis=1) - hits
        hits, union = (engine.take(x, engine.asarray(chosen), 0) for x in (hits, union))
        occurs = union > 1e-9
        iou = engine.where(occurs, hits / (union + settings.epsilon()), 0)
        return engine.sum(iou) / (engine.sum(engine.cast(occurs, self.dtype)) + settings.epsilon())


class MeanIoU(IoU):
    """The mean intersection over union of all classes that occur. The arguments are those of `IoU`.

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.MeanIoU(num_classes=2)([0, 0, 1, 1], [0, 1, 0, 1])), 4)
    0.3333
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ):
        super().__init__(
            num_classes, list(range(num_classes)), name, dtype, ignore_class, sparse_y_true, sparse_y_pred, axis
        )


class OneHotIoU(IoU):
    """`IoU` of one-hot targets.

    >>> import hornbeam
    >>> metric = hornbeam.metrics.OneHotIoU(num_classes=2, target_class_ids=[1])
    >>> round(float(metric([[0, 1], [1, 0]], [[0.2, 0.8], [0.3, 0.7]])), 4)
    0.5
    """

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ):
        super().__init__(num_classes, target_class_ids, name, dtype, ignore_class, False, sparse_y_pred, axis)


class OneHotMeanIoU(MeanIoU):
    """`MeanIoU` of one-hot targets.

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.OneHotMeanIoU(num_classes=2)([[0, 1], [1, 0]], [[0.2, 0.8], [0.3, 0.7]])), 4)
    0.25
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ):
        super().__init__(num_classes, name, dtype, ignore_class, False, sparse_y_pred, axis)


class BinaryIoU(IoU):
    """`IoU` of two classes, outputs of at least `threshold` being taken for class 1.

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.BinaryIoU()([0, 1, 1], [0.2, 0.3, 0.9])), 4)
    0.5
    """

    def __init__(
        self,
        target_class_ids: Sequence[int] = (0, 1),
        threshold: float = 0.5,
        name: str | None = None,
        dtype: Any = None,
    ):
        super().__init__(2, target_class_ids, name, dtype)
        self.threshold = threshold

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        super().update_state(y_true, as_array(y_pred) >= self.threshold, sample_weight)
