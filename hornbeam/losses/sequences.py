"""Losses of sequences whose labels are not aligned with their steps."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.losses.definition import loss_function
from hornbeam.losses.loss import LossFunctionWrapper
from hornbeam.ops.dispatch import Array
from hornbeam.ops.nn import ctc_loss

__all__ = ["ctc", "CTC"]


@loss_function(targets=None, outputs=None)
def ctc(y_true: Array, y_pred: Array) -> Array:
    """-log p(y | ŷ), the sum over all alignments of the labels with the steps; class 0 is the blank.

    Args:
        y_true: class indices above 0, padded with 0: shape (batch, labels).
        y_pred: logits, shape (batch, time, classes); `ops.ctc_loss` takes sequences of several lengths.

    Source: Graves et al., Connectionist Temporal Classification, 2006.

    >>> import hornbeam
    >>> round(float(hornbeam.losses.ctc([[1]], [[[0.0, 0.0], [0.0, 0.0]]])[0]), 4)
    0.2877
    """
    if len(y_true.shape) != 2 or len(y_pred.shape) != 3:
        raise ValueError(
            "`y_true` must have the shape (batch, labels) and `y_pred` (batch, time, classes). "
            f"Received: {tuple(y_true.shape)}, {tuple(y_pred.shape)}."
        )
    labels = engine.cast(y_true, "int32")
    steps = engine.full((y_pred.shape[0],), y_pred.shape[1], "int32")
    return ctc_loss(labels, y_pred, engine.sum(engine.cast(labels != 0, "int32"), axis=1), steps)


class CTC(LossFunctionWrapper):
    """Mean of -log p(y | ŷ) over all alignments of labels with steps; class 0 is the blank and pads the labels.

    Outputs are logits, shape (batch, time, classes): no softmax at the end of the model. The loss is not divided by
    the length of the labels, as in real Keras.

    Args:
        reduction, name, dtype: as in `Loss`.

    Source: Graves et al., Connectionist Temporal Classification, 2006.

    >>> import hornbeam
    >>> round(float(hornbeam.losses.CTC()([[1]], [[[0.0, 0.0], [0.0, 0.0]]])), 4)
    0.2877
    """

    def __init__(self, reduction: str | None = "sum_over_batch_size", name: str | None = "ctc", dtype: Any = None):
        super().__init__(ctc, reduction, name, dtype)
