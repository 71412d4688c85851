"""Connectionist temporal classification: the last class is the blank."""

from __future__ import annotations

from typing import Any, Never

from hornbeam import engine, ops
from hornbeam.core.settings import epsilon
from hornbeam.ops.dispatch import Array, op


def _lengths(x: Array) -> Array:
    return engine.cast(engine.reshape(x, (-1,)), "int32")


@op(row_independent=True)
def ctc_batch_cost(y_true: Array, y_pred: Array, input_length: Array, label_length: Array) -> Array:
    """The loss of each row, of shape (batch, 1).

    Args:
        y_true: the labels, of shape (batch, longest label).
        y_pred: probabilities, of shape (batch, time, classes).
        input_length: steps that count, of shape (batch, 1).
        label_length: labels that count, of shape (batch, 1).
    """
    blank = y_pred.shape[-1] - 1
    logits = engine.log(y_pred + epsilon())
    labels = engine.cast(y_true, "int32")
    return ops.ctc_loss(labels, logits, _lengths(label_length), _lengths(input_length), blank)[:, None]


@op
def ctc_decode(
    y_pred: Array,
    input_length: Array,
    greedy: bool = True,
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = False,
) -> tuple[list[Array], Array]:
    """The likeliest labels, a list of arrays in which -1 is no label, and how likely each is.

    Args:
        y_pred: probabilities, of shape (batch, time, classes).
        input_length: steps that count, of shape (batch,).
        greedy: take the likeliest class of each step; otherwise search for the likeliest labels.
        beam_width: how many beginnings the search keeps.
        top_paths: how many it gives.
        merge_repeated: whether the labels of the search that are repeated become one.
    """
    paths, scores = ops.ctc_decode(
        engine.log(y_pred + epsilon()),
        _lengths(input_length),
        strategy="greedy" if greedy else "beam_search",
        beam_width=beam_width,
        top_paths=1 if greedy else top_paths,
        merge_repeated=True if greedy else merge_repeated,
        mask_index=y_pred.shape[-1] - 1,
    )
    return [paths[i] for i in range(paths.shape[0])], scores


def ctc_label_dense_to_sparse(labels: Any, label_lengths: Any) -> Never:
    """Not here, where tensors are dense."""
    raise ValueError(
        "`ctc_label_dense_to_sparse` makes a sparse tensor, and tensors are dense here: `ctc_batch_cost` and "
        "`hornbeam.ops.ctc_loss` take dense labels."
    )
