"""Losses of embeddings: those of one class should be near each other and far from the others."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.core import masking
from hornbeam.losses.definition import loss_function
from hornbeam.losses.loss import LossFunctionWrapper
from hornbeam.ops.dispatch import Array, floating

__all__ = ["circle", "Circle"]

_NEVER = -1e9


@loss_function(targets=None, outputs=None, row_independent=False)
def circle(
    y_true: Array,
    y_pred: Array,
    ref_labels: Array | None = None,
    ref_embeddings: Array | None = None,
    remove_diagonal: bool = True,
    gamma: float = 80,
    margin: float = 0.4,
) -> Array:
    """softplus(log Σ₊ exp(-γ (m + d)(m - d)) + log Σ₋ exp(γ (1 + m - d)(1 - m - d))), with d = 1 - cos to other rows.

    The first sum is over rows of the same class, the second over those of other classes. A row that has none of either
    has no loss and does not count.

    Args:
        y_true: class indices, shape (batch,) or (batch, 1).
        y_pred: embeddings of length 1, shape (batch, size).
        ref_labels, ref_embeddings: the rows to compare with; those of the batch by default.
        remove_diagonal: leave out a row's likeness to itself, which is the reference of its number.
        gamma: γ, the scale.
        margin: m, how far from their ideal similarities may be.

    Source: Sun et al., Circle Loss: A Unified Perspective of Pair Similarity Optimization, arXiv:2002.10857.

    >>> import hornbeam
    >>> x = [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]
    >>> [round(float(v), 4) for v in hornbeam.losses.circle([0, 0, 1, 1], x, gamma=1)]
    [0.897, 0.897, 0.897, 0.897]
    """
    p = floating(y_pred)
    others = p if ref_embeddings is None else engine.cast(ref_embeddings, engine.dtype_name(p))
    mine = engine.reshape(engine.cast(y_true, "int32"), (-1, 1))
    theirs = mine if ref_labels is None else engine.cast(ref_labels, "int32")
    same = mine == engine.reshape(theirs, (1, -1))
    different = ~same
    if remove_diagonal:
        same = same & ~engine.eye(same.shape[0], same.shape[1], 0, "bool")
    d = engine.maximum(1 - engine.matmul(p, engine.transpose(others, (1, 0))), 0)
    near = -gamma * (margin + d) * (margin - d)
    far = gamma * engine.maximum(1 + margin - d, 0) * (1 - margin - d)
    x = _log_sum_exp(near, same) + _log_sum_exp(far, different)
    loss = engine.maximum(x, 0) + engine.log1p(engine.exp(-engine.abs(x)))
    masking.set_mask(loss, loss > 0)
    return loss


def _log_sum_exp(x: Array, counts: Array) -> Array:
    """The logarithm of the sum of exp(x) in each row, over the entries that count."""
    x = engine.where(counts, x, _NEVER)
    top = engine.stop_gradient(engine.max(x, axis=1, keepdims=True))
    return engine.log(engine.sum(engine.exp(x - top), axis=1)) + top[:, 0]


class Circle(LossFunctionWrapper):
    """Mean of softplus(log Σ₊ exp(-γ (m + d)(m - d)) + log Σ₋ exp(γ (1 + m - d)(1 - m - d))) over rows.

    Outputs are embeddings of length 1 (end the model with `UnitNormalization`), targets are class indices. The rows of
    a batch are compared with each other, so that the batch size matters.

    Args:
        gamma: γ, the scale.
        margin: m, how far from their ideal similarities may be.
        remove_diagonal: leave out a row's likeness to itself.
        reduction, name, dtype: as in `Loss`.

    Source: Sun et al., Circle Loss: A Unified Perspective of Pair Similarity Optimization, arXiv:2002.10857.

    >>> import hornbeam
    >>> loss = hornbeam.losses.Circle(gamma=1)
    >>> round(float(loss([0, 0, 1, 1], [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])), 4)
    0.897
    """

    def __init__(
        self,
        gamma: float = 80.0,
        margin: float = 0.4,
        remove_diagonal: bool = True,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "circle",
        dtype: Any = None,
    ):
        super().__init__(circle, reduction, name, dtype, gamma=gamma, margin=margin, remove_diagonal=remove_diagonal)
