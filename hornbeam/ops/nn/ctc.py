"""Connectionist temporal classification: labels for sequences that nobody has aligned with them.

A path gives every time step a class or the blank; it spells what is left when repetitions are merged and blanks
dropped. The probability of a label sequence is the sum over all paths that spell it.

Source: Graves et al., Connectionist Temporal Classification: Labelling Unsegmented Sequence Data with Recurrent Neural
Networks, 2006.
"""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.core.brief import shown_shape
from hornbeam.ops.dispatch import Array, floating, op

NEVER = -1e9  # the logarithm of a probability of 0; finite, so that gradients are


@op
def ctc_loss(target: Array, output: Array, target_length: Array, output_length: Array, mask_index: int = 0) -> Array:
    """-log p(target | output): minus the logarithm of the sum over all paths that spell the target.

    With the target l between and around blanks, l' = (-, l₁, -, l₂, ..., -), and y the probabilities of the classes,
    α(t, s) = (α(t-1, s) + α(t-1, s-1) + α(t-1, s-2)) y(t, l'ₛ), the last term only where l'ₛ is neither a blank nor
    l'ₛ₋₂; p = α(T, |l'|) + α(T, |l'| - 1).

    Args:
        target: class indices, shape (batch, labels).
        output: logits, shape (batch, time, classes).
        target_length: how many labels of a row count, shape (batch,).
        output_length: how many time steps of a row count, shape (batch,).
        mask_index: the class that is the blank.

    Returns:
        One loss per row, about 1e9 where no path is short enough.

    >>> import hornbeam
    >>> round(float(hornbeam.ops.ctc_loss([[1]], [[[0.0, 0.0], [0.0, 0.0]]], [1], [2])[0]), 4)  # -log(3 / 4)
    0.2877
    """
    if len(target.shape) != 2 or len(output.shape) != 3:
        raise ValueError(
            "`target` must have the shape (batch, labels) and `output` (batch, time, classes). "
            f"Received: {shown_shape(target.shape)}, {shown_shape(output.shape)}."
        )
    output = floating(output)
    dtype = engine.result_type(output, "float32")
    log_y = engine.log_softmax(engine.cast(output, dtype), 2)
    labels = _between_blanks(engine.cast(target, "int32"), mask_index)
    rows, size = labels.shape
    steps = int(output.shape[1])
    places = engine.broadcast_to(labels[:, None, :], (rows, steps, size))
    emitted = engine.transpose(engine.take_along_axis(log_y, places, 2), (1, 0, 2))
    is_label = engine.arange(0, size, 1, "int32") % 2 == 1  # by place: a label may be the class of the blank, too
    back_two = engine.concatenate([engine.full((rows, 2), -1, "int32"), labels[:, :-2]], 1)
    may_skip = is_label & (labels != back_two)
    never = engine.full((rows, size - 1), NEVER, dtype)
    before = engine.concatenate([engine.full((rows, 1), 0, dtype), never], 1)  # as if a blank had come first
    counts = engine.arange(0, steps, 1, "int32")[:, None] < engine.cast(output_length, "int32")

    def step(alpha: Array, x: tuple[Array, Array]) -> tuple[Array, None]:
        emitted, counts = x
        skipped = engine.where(may_skip, _shifted(alpha, 2), NEVER)
        reached = log_sum(alpha, _shifted(alpha, 1), skipped) + emitted
        return engine.where(counts[:, None], reached, alpha), None

    alpha, _ = engine.scan(step, before, (emitted, counts))
    last = 2 * engine.cast(target_length, "int32")[:, None]
    ends = engine.take_along_axis(alpha, last, 1), engine.take_along_axis(alpha, engine.maximum(last - 1, 0), 1)
    return -log_sum(ends[0], engine.where(last > 0, ends[1], NEVER))[:, 0]


def _between_blanks(target: Array, blank: int) -> Array:
    """(-, l₁, -, l₂, ..., -), shape (batch, 2 labels + 1)."""
    rows, n = target.shape
    blanks = engine.full((rows, n, 1), blank, "int32")
    pairs = engine.reshape(engine.concatenate([blanks, target[:, :, None]], 2), (rows, 2 * n))
    return engine.concatenate([pairs, engine.full((rows, 1), blank, "int32")], 1)


def _shifted(alpha: Array, by: int) -> Array:
    """α(s - by), impossible where there is none."""
    return engine.pad(alpha, ((0, 0), (by, 0)), "constant", NEVER)[:, : alpha.shape[1]]


def log_sum(*logs: Array) -> Array:
    """The logarithm of a sum of numbers given by their logarithms."""
    top = logs[0]
    for x in logs[1:]:
        top = engine.maximum(top, x)
    top = engine.stop_gradient(top)
    total: Any = 0
    for x in logs:
        total = total + engine.exp(x - top)
    return top + engine.log(total)
