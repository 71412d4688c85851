"""The loop: epochs, batches, callbacks and display around programs. Written once, for every engine and kind of data."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Generator, Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.callbacks.callback_list import CallbackList
from hornbeam.callbacks.progress import Progress, resolve_verbose
from hornbeam.core import tree
from hornbeam.data import ArraySource, StreamSource, as_source
from hornbeam.training import checks, diagnosis
from hornbeam.training.batch import Batch, capacity, lay_out, pad_rows, padded, row_count
from hornbeam.training.interrupt import Interrupt
from hornbeam.training.pace import Pace
from hornbeam.training.programs import Program

Logs = dict[str, Any]

# How long the device may be left alone: while a bar is drawn, and while nobody looks but Ctrl-C should still be prompt.
_WATCHED_SECONDS = 0.1
_UNWATCHED_SECONDS = 0.5
# Arrays up to this size are sent to the device once; larger ones go batch by batch.
_DEVICE_BYTES = 4 * 2**30
_SHORT_ORDER = 100
# Batches from a stream that may be under way on the device at once.
_IN_FLIGHT = 8


def fit(
    model: Any,
    x: Any,
    y: Any,
    *,
    batch_size: int | None,
    epochs: int,
    verbose: int | str,
    callbacks: Any,
    validation_split: float,
    validation_data: Any,
    shuffle: bool | str,
    class_weight: Any,
    sample_weight: Any,
    initial_epoch: int,
    steps_per_epoch: int | None,
    validation_steps: int | None,
    validation_batch_size: int | None,
    validation_freq: int | Sequence[int],
) -> Any:
    """`Model.fit`."""
    checks.check_epochs(epochs, initial_epoch)
    checks.check_frequency(validation_freq)
    source = as_source(
        x,
        y,
        sample_weight,
        batch_size=batch_size,
        steps=steps_per_epoch,
        shuffle=shuffle,
        repeat=True,
        class_weight=class_weight,
        **_names(model),
    )
    validation = None
    if validation_data is not None:
        given = checks.as_validation_data(validation_data)
        size = validation_batch_size or batch_size
        validation = as_source(*given, batch_size=size, steps=validation_steps, **_names(model))
    elif validation_split:
        source, validation = source.split(validation_split)
    _get_ready(model, source, "training")
    if validation is not None:
        _get_ready(model, validation, "validation")
    checks.check_class_weight(model, class_weight)
    diagnosis.warn_of_mistakes(model, source.peek() if isinstance(source, StreamSource) else source.arrays)
    _run_epochs(model, source, validation, callbacks, verbose, range(initial_epoch, epochs), validation_freq)
    return model.history


def _run_epochs(
    model: Any,
    source: ArraySource | StreamSource,
    validation: ArraySource | StreamSource | None,
    callbacks: Any,
    verbose: int | str,
    epochs: range,
    validation_freq: int | Sequence[int],
) -> None:
    """Train and validate, epoch by epoch, with callbacks and display around."""
    verbose = resolve_verbose(verbose, "fit")
    known: dict[str, Any] = {
        "verbose": verbose,
        "epochs": epochs.stop,
        "steps": source.steps,
        "do_validation": validation is not None,
    }
    hooks = CallbackList(callbacks, model, **known)
    progress = Progress(verbose, epochs.stop, source.steps)
    train = _Runner(model, "train", source, hooks, progress)
    test = _Runner(model, "test", validation, hooks, None) if validation is not None else None
    model.stop_training = False
    logs: Logs = {}
    with Interrupt() as interrupt:
        try:
            hooks.on_train_begin()
            for epoch in epochs:
                hooks.on_epoch_begin(epoch)
                progress.epoch_begin(epoch)
                logs = train.run(interrupt)
                if not logs:  # the data has ended, and the source has said so
                    break
                if test is not None and _is_due(epoch + 1, validation_freq):
                    hooks.on_test_begin()
                    found = _floats(test.run(interrupt))
                    hooks.on_test_end(found)
                    logs = logs | {f"val_{name}": value for name, value in found.items()}
                logs = _floats(logs)  # only now: the device trains while the host gets the validation ready
                logs = hooks.on_epoch_end(epoch, logs)
                progress.epoch_end(epoch, logs)
                interrupt.check()
                if model.stop_training:
                    break
            if logs:
                model.optimizer.finalize_variable_values(model.trainable_variables)
        finally:
            progress.close()
            hooks.on_train_end(logs)


def evaluate(
    model: Any,
    x: Any,
    y: Any,
    *,
    batch_size: int | None,
    verbose: int | str,
    sample_weight: Any,
    steps: int | None,
    callbacks: Any,
) -> Logs:
    """`Model.evaluate`, as a dict."""
    source = as_source(x, y, sample_weight, batch_size=batch_size, steps=steps, **_names(model))
    _get_ready(model, source, "evaluation")
    verbose = resolve_verbose(verbose, "evaluate")
    hooks = CallbackList(callbacks, model, history=False, verbose=verbose, epochs=1, steps=source.steps)
    progress = Progress(verbose, None, source.steps)
    with Interrupt() as interrupt:
        hooks.on_test_begin()
        progress.epoch_begin(0)
        logs = _floats(_Runner(model, "test", source, hooks, progress).run(interrupt))
        progress.epoch_end(0, logs)
        hooks.on_test_end(logs)
    return logs


def on_batch(model: Any, mode: str, x: Any, y: Any, sample_weight: Any, class_weight: Any) -> Logs:
    """`train_on_batch` and `test_on_batch`: one step, metrics of this batch alone."""
    rows = row_count(_host(x))
    source = as_source(x, y, sample_weight, batch_size=max(rows, 1), class_weight=class_weight, **_names(model))
    _get_ready(model, source, "batch's", is_training=mode == "train")
    batch = source.peek() if isinstance(source, StreamSource) else source.arrays
    model.reset_metrics()
    logs = model._program(mode).run_batch(Batch.of(*batch))
    return _floats(logs)


class _Runner:
    """Passes over one source of data with one program."""

    def __init__(
        self, model: Any, mode: str, source: ArraySource | StreamSource, hooks: CallbackList, progress: Progress | None
    ):
        self.model = model
        self.mode = mode
        self.source = source
        self.hooks = hooks
        self.progress = progress
        self.masks_rows = model._masks_rows(mode)
        self.is_watched = hooks.watches_train_batches if mode == "train" else hooks.watches_test_batches
        self.is_far = not engine.devices()[0].startswith("cpu")
        self._metrics = model.metrics
        self._full_size = 0
        self._arrays: list[Any] | None = None

    def run(self, interrupt: Interrupt) -> Logs:
        """One pass; returns the logs, maybe still on the device."""
        for metric in self._metrics:
            metric.reset_state()
        program = self.model._program(self.mode)
        source = self.source
        if isinstance(source, ArraySource) and _bytes(source.arrays) <= _DEVICE_BYTES:
            passes = self._over_arrays(program, source)
        else:
            passes = self._over_batches(program, interrupt)
        logs = None
        with contextlib.closing(passes):  # at an error, too, which keeps this frame: the source has threads
            for logs in passes:  # noqa: B007
                interrupt.check()
                if self.model.stop_training and self.is_watched:
                    break
        return logs if logs is not None else {}

    def _over_arrays(self, program: Program, source: ArraySource) -> Generator[Any, None, None]:
        """Ranges of batches in one dispatch each."""
        size = min(source.batch_size, capacity(source.rows) if self.masks_rows else source.rows)
        if self._arrays is None:
            self._arrays, self._layout = lay_out(source.arrays, size, self.masks_rows)
        order = source.order()
        rows = len(order)
        whole = -(-rows // size) if self.masks_rows else rows // size
        sent: Any = padded(order, size)
        if whole > _SHORT_ORDER:  # a short one is quicker sent along with each call
            sent = engine.put(sent)
        seconds = _WATCHED_SECONDS if self.progress is not None and self.progress.live else _UNWATCHED_SECONDS
        pace = Pace(program.facts, self._layout, seconds, self.model.steps_per_execution if self.is_watched else None)
        for start, stop in pace.ranges(whole):
            self._before(start)
            logs = program.run_range(self._layout, self._arrays, sent, rows, start, stop)
            if stop - start < whole:
                engine.synchronize(logs)  # the pace is measured
            self._after(stop, logs)
            yield logs
        if whole * size < rows:
            self._before(whole)
            logs = program.run_batch(Batch.of(*source.batch(whole, order)))
            self._after(whole + 1, logs)
            yield logs

    def _over_batches(self, program: Program, interrupt: Interrupt) -> Generator[Any, None, None]:
        """One dispatch a batch, with some of them under way while the next is prepared."""
        under_way: deque[Any] = deque()
        source, ready = self.source, self._sent if self.is_far else self._padded
        batches = (
            (ready(batch) for batch in source.batches())
            if isinstance(source, ArraySource)
            else source.epoch(finish=ready)
        )
        with contextlib.closing(batches):
            for step, batch in enumerate(interrupt.waiting_for(batches)):
                self._before(step)
                logs = program.run_batch(batch)
                under_way.append(logs)
                if len(under_way) > _IN_FLIGHT:
                    engine.synchronize(under_way.popleft())
                self._after(step + 1, logs)
                yield logs

    def _sent(self, data: Any) -> Batch:
        """A batch on the device: sent by the thread that prepares it, where there is one."""
        batch = self._padded(data)
        sent = tree.map(lambda leaf: None if leaf is None else engine.put(leaf), tuple(batch))
        return Batch.of(*sent, rows=batch.rows)

    def _padded(self, data: Any) -> Batch:
        """A batch that is shorter than one before it at that size, where that changes nothing."""
        batch = Batch.of(*data)
        if not self.masks_rows:
            return batch
        rows = row_count(batch[0])
        self._full_size = max(rows, self._full_size)
        return batch if rows == self._full_size else pad_rows(batch, self._full_size)

    def _before(self, step: int) -> None:
        if self.is_watched:
            (self.hooks.on_train_batch_begin if self.mode == "train" else self.hooks.on_test_batch_begin)(step)

    def _after(self, done: int, logs: Any) -> None:
        if self.is_watched:
            (self.hooks.on_train_batch_end if self.mode == "train" else self.hooks.on_test_batch_end)(done - 1, logs)
        if self.progress is not None:
            self.progress.update(done, logs)


def _get_ready(model: Any, source: ArraySource | StreamSource, what: str, is_training: bool | None = None) -> None:
    """Check the data against the model and build what is missing, before anything is compiled."""
    data = source.peek() if isinstance(source, StreamSource) else source.arrays
    model._prepare(data, is_training=what == "training" if is_training is None else is_training)
    checks.check_targets(model, data, what)


def _names(model: Any) -> dict[str, Any]:
    """The names of the model's inputs and outputs, as far as they are known: dictionaries of data must have them."""
    inputs = _keys(model.input_structure, model.input_names)
    return {"input_names": inputs, "output_names": _keys(model.output_structure, model.output_names)}


def _keys(structure: Any, names: list[str]) -> list[str] | None:
    if isinstance(structure, dict):
        return None if any(tree.is_nested(value) for value in structure.values()) else list(structure)
    return names or None


def _bytes(arrays: Any) -> int:
    """What the different arrays take in memory."""
    different = {id(leaf): leaf for leaf in tree.leaves(arrays) if leaf is not None}
    return sum(int(np.prod(leaf.shape)) * leaf.dtype.itemsize for leaf in different.values())


def _is_due(epoch: int, frequency: int | Sequence[int]) -> bool:
    return epoch % frequency == 0 if isinstance(frequency, int) else epoch in frequency


def _floats(logs: dict[str, Any]) -> Logs:
    """Logs as Python numbers, in the order of their names; waits for the device."""
    values = {}
    for name in sorted(logs):
        value = np.asarray(logs[name] if isinstance(logs[name], int | float) else engine.to_numpy(logs[name]))
        values[name] = float(value) if value.ndim == 0 else value
    return values


def _host(x: Any) -> Any:
    return x if hasattr(x, "shape") or isinstance(x, list | tuple | dict) else np.asarray(x)
