"""Keras 2's `engine.training_utils`: batches, and what they come from."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from hornbeam.core.symbolic import is_symbolic


def batch_shuffle(index_array: Any, batch_size: int) -> np.ndarray:
    """Numbers in an order in which batches stay together; what is left over stays at the end."""
    numbers = np.asarray(index_array)
    whole = len(numbers) // batch_size * batch_size
    batches = numbers[:whole].reshape(-1, batch_size)
    return np.concatenate([np.random.permutation(batches).ravel(), numbers[whole:]])


def make_batches(size: int, batch_size: int) -> list[tuple[int, int]]:
    """The first row of each batch, and the row after its last.

    >>> make_batches(5, 2)
    [(0, 2), (2, 4), (4, 5)]
    """
    return [(start, min(start + batch_size, size)) for start in range(0, size, batch_size)]


def is_sequence(seq: Any) -> bool:
    """Whether it gives batches by number, as a `Sequence` does."""
    return hasattr(seq, "on_epoch_end") and hasattr(seq, "__getitem__")


def is_generator_or_sequence(x: Any) -> bool:
    """Whether it is a generator, or gives batches by number."""
    return inspect.isgenerator(x) or is_sequence(x)


def iter_sequence_infinite(seq: Sequence[Any]) -> Iterator[Any]:
    """The batches of a `Sequence`, over and over."""
    while True:
        for i in range(len(seq)):
            yield seq[i]


def should_run_validation(validation_freq: Any, epoch: int) -> bool:
    """Whether an epoch, which counts from 0, ends with validation: every so many do, or those in a list from 1."""
    if isinstance(validation_freq, int):
        if validation_freq < 1:
            raise ValueError(f"`validation_freq` must be positive. Received: {validation_freq}.")
        return (epoch + 1) % validation_freq == 0
    if not hasattr(validation_freq, "__contains__") or isinstance(validation_freq, str):
        raise ValueError(f"`validation_freq` must be an integer, or a list of them. Received: {validation_freq!r}.")
    return epoch + 1 in validation_freq


def check_num_samples(
    ins: Any, batch_size: int | None = None, steps: int | None = None, steps_name: str = "steps"
) -> int | None:
    """How many rows there are; `None` where a number of steps tells how long to go on.

    Raises:
        ValueError: when `batch_size` and steps are given, and when neither rows nor steps are known.
    """
    if steps is not None and batch_size is not None:
        raise ValueError(f"`{steps_name}` says how many batches come: leave `batch_size` out. Received: {batch_size}.")
    if not ins or any(is_symbolic(x) for x in ins):
        if steps is None:
            raise ValueError(f"`{steps_name}` must say how many batches come. Received: None.")
        return None
    return int(ins[0].shape[0]) if hasattr(ins[0], "shape") else None


def check_generator_arguments(y: Any = None, sample_weight: Any = None, validation_split: Any = None) -> None:
    """Raise for what generators give themselves."""
    for name, value in (("y", y), ("sample_weight", sample_weight), ("validation_split", validation_split)):
        if value is not None and (name != "validation_split" or value):
            raise ValueError(f"A generator gives all there is: leave `{name}` out. Received: {type(value).__name__}.")
