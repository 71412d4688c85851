"""Sequences of different lengths as one array."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["pad_sequences"]


def pad_sequences(
    sequences: Any,
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> np.ndarray:
    """Sequences of different lengths as one array.

    Args:
        sequences: lists of numbers, or of vectors of one shape.
        maxlen: the length of all; by default that of the longest.
        dtype: of the result; the default cuts fractions off.
        padding: "pre" or "post": where a short one gets `value`s.
        truncating: "pre" or "post": where a long one loses what is too much.
        value: what to pad with.

    Returns:
        An array of shape (number of sequences, maxlen, ...).

    Raises:
        ValueError: for something else than a list of lists, or lists whose items differ in shape.

    >>> pad_sequences([[1], [2, 3, 4]], maxlen=2)
    array([[0, 1],
           [3, 4]], dtype=int32)
    """
    for name, side in (("padding", padding), ("truncating", truncating)):
        if side not in ("pre", "post"):
            raise ValueError(f'`{name}` must be "pre" or "post". Received: {name}={side!r}.')
    lengths = [_length(sequence, i) for i, sequence in enumerate(sequences)]
    maxlen = max(lengths, default=0) if maxlen is None else maxlen
    shape = next((np.asarray(sequence).shape[1:] for sequence in sequences if len(sequence)), ())
    result = np.full((len(lengths), maxlen, *shape), value, dtype=dtype)
    for i, sequence in enumerate(sequences):
        if lengths[i] == 0 or maxlen == 0:
            continue
        part = np.asarray(sequence[-maxlen:] if truncating == "pre" else sequence[:maxlen], dtype=dtype)
        if part.shape[1:] != shape:
            raise ValueError(
                f"`sequences` must have items of one shape, {shape}. Received: shape {part.shape[1:]} in sequence {i}."
            )
        if padding == "post":
            result[i, : len(part)] = part
        else:
            result[i, maxlen - len(part) :] = part
    return result


def _length(sequence: Any, i: int) -> int:
    try:
        return len(sequence)
    except TypeError:
        raise ValueError(f"`sequences` must be a list of lists. Received: {sequence!r} at position {i}.") from None
