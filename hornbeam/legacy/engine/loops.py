"""Keras 2's `engine.training_arrays`: batches of arrays through functions such as those of `K.function`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from hornbeam import callbacks as every_callback
from hornbeam.legacy.engine.batches import batch_shuffle, check_num_samples, make_batches, should_run_validation
from hornbeam.legacy.utils.lists import slice_arrays, to_list, unpack_singleton

Step = Callable[[list[Any]], Any]


def fit_loop(
    model: Any,
    fit_function: Step,
    fit_inputs: Sequence[Any],
    out_labels: Sequence[str] | None = None,
    batch_size: int | None = None,
    epochs: int = 100,
    verbose: int = 1,
    callbacks: Any = None,
    val_function: Step | None = None,
    val_inputs: Sequence[Any] | None = None,
    shuffle: Any = True,
    initial_epoch: int = 0,
    steps_per_epoch: int | None = None,
    validation_steps: int | None = None,
    validation_freq: Any = 1,
) -> Any:
    """Call a function, which trains, on the batches of each epoch, and callbacks around it.

    Args:
        model: handed to the callbacks.
        fit_function: takes a list with a batch of each array; gives a list of numbers, means of its rows.
        fit_inputs: arrays of as many rows, and numbers, which are the same for all batches.
        out_labels: what the numbers are called in the logs; those of validation have "val_" before.
        batch_size: rows of a batch; or `steps_per_epoch`, how often the function is called on all there is.
        epochs, initial_epoch: where to end, and where to begin.
        verbose: 0 for silence.
        callbacks: a list of them.
        val_function, val_inputs, validation_steps, validation_freq: the same for validation.
        shuffle: `True` for another order of the rows in each epoch, "batch" for one of the batches.

    Returns:
        a `History`.
    """
    labels = list(out_labels or getattr(model, "metrics_names", ["loss"]))
    rows = check_num_samples(fit_inputs, batch_size, steps_per_epoch, "steps_per_epoch")
    calls = every_callback.CallbackList(
        callbacks, model, add_progbar=verbose > 0, verbose=verbose, epochs=epochs, steps=steps_per_epoch
    )
    calls.on_train_begin()
    for epoch in range(initial_epoch, epochs):
        if getattr(model, "stop_training", False):
            break
        calls.on_epoch_begin(epoch)
        means = _Means(labels)
        for number, batch, weight in _batches(fit_inputs, rows, batch_size, steps_per_epoch, shuffle):
            calls.on_train_batch_begin(number)
            means.add(fit_function(batch), weight)
            calls.on_train_batch_end(number, means.last)
        logs = means.logs()
        if val_function is not None and should_run_validation(validation_freq, epoch):
            found = test_loop(model, val_function, val_inputs or [], batch_size, 0, validation_steps)
            logs |= {f"val_{label}": value for label, value in zip(labels, to_list(found), strict=False)}
        calls.on_epoch_end(epoch, logs)
    calls.on_train_end()
    return calls.history


def predict_loop(
    model: Any,
    f: Step,
    ins: Sequence[Any],
    batch_size: int | None = 32,
    verbose: int = 0,
    steps: int | None = None,
    callbacks: Any = None,
) -> Any:
    """What a function gives for all batches, one after the other; a list for several outputs.

    Args:
        model: handed to the callbacks.
        f: takes a list with a batch of each array; gives a list of arrays.
        ins: arrays of as many rows, and numbers.
        batch_size: rows of a batch; or `steps`, how often the function is called on all there is.
        verbose: 0 for silence.
        callbacks: a list of them.
    """
    found: list[list[Any]] = []
    rows = check_num_samples(ins, None if steps else batch_size, steps)
    calls = every_callback.CallbackList(callbacks, model, history=False, verbose=verbose)
    calls.on_predict_begin()
    for number, batch, _ in _batches(ins, rows, batch_size, steps, False):
        calls.on_predict_batch_begin(number)
        found.append([np.asarray(y) for y in to_list(f(batch))])
        calls.on_predict_batch_end(number)
    calls.on_predict_end()
    return unpack_singleton([np.concatenate(parts) for parts in zip(*found, strict=True)])


def test_loop(
    model: Any,
    f: Step,
    ins: Sequence[Any],
    batch_size: int | None = None,
    verbose: int = 0,
    steps: int | None = None,
    callbacks: Any = None,
) -> Any:
    """The means of the numbers that a function gives for all batches, by rows; a list for several.

    Args: those of `predict_loop`.
    """
    rows = check_num_samples(ins, None if steps else batch_size, steps)
    calls = every_callback.CallbackList(callbacks, model, history=False, verbose=verbose)
    means = _Means([])
    calls.on_test_begin()
    for number, batch, weight in _batches(ins, rows, batch_size, steps, False):
        calls.on_test_batch_begin(number)
        means.add(f(batch), weight)
        calls.on_test_batch_end(number)
    calls.on_test_end()
    return unpack_singleton(means.values())


def _batches(
    ins: Sequence[Any], rows: int | None, batch_size: int | None, steps: int | None, shuffle: Any
) -> Iterator[tuple[int, list[Any], int]]:
    """The number, the parts and the rows of each batch."""
    if steps is not None or rows is None:
        yield from ((number, list(ins), 1) for number in range(steps or 0))
        return
    size = batch_size or 32
    order = np.arange(rows)
    if shuffle:
        order = batch_shuffle(order, size) if shuffle == "batch" else np.random.permutation(order)
    for number, (start, stop) in enumerate(make_batches(rows, size)):
        chosen = order[start:stop]
        yield number, [x if np.ndim(x) == 0 else slice_arrays(x, chosen) for x in ins], len(chosen)


class _Means:
    """Means of lists of numbers."""

    def __init__(self, labels: list[str]):
        self.labels = labels
        self.totals: np.ndarray | float = 0.0
        self.count = 0
        self.last: dict[str, float] = {}

    def add(self, found: Any, weight: int) -> None:
        numbers = np.array([float(x) for x in to_list(found)])
        self.totals = self.totals + weight * numbers
        self.count += weight
        self.last = dict(zip(self.labels, numbers.tolist(), strict=False))

    def values(self) -> list[float]:
        return (self.totals / max(self.count, 1)).tolist()  # type: ignore[union-attr]

    def logs(self) -> dict[str, float]:
        return dict(zip(self.labels, self.values(), strict=False))
