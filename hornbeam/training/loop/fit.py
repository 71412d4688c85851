"""The loop: epochs, batches, callbacks and display around programs. Written once, for every engine and kind of data."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam.callbacks.base import as_floats
from hornbeam.callbacks.callback_list import CallbackList
from hornbeam.callbacks.progress import Progress, resolve_verbose
from hornbeam.core import tree
from hornbeam.data import ArraySource, Loaded, StreamSource, as_source, loaded
from hornbeam.training import checks, diagnosis
from hornbeam.training.loop.interrupt import Interrupt
from hornbeam.training.loop.nested import counting, fitting
from hornbeam.training.loop.runner import Runner
from hornbeam.training.programs.batch import Batch, row_count

Logs = dict[str, Any]


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
        if isinstance(x, Loaded):
            given = (loaded(given[0], *x.loading), *given[1:])
        size = validation_batch_size or batch_size
        validation = as_source(*given, batch_size=size, steps=validation_steps, keep=True, **_names(model))
    elif validation_split:
        source, validation = source.split(validation_split)
    _get_ready(model, source, "training")
    if validation is not None:
        _get_ready(model, validation, "validation")
    checks.check_class_weight(model, class_weight)
    diagnosis.warn_of_mistakes(model, source.peek() if isinstance(source, StreamSource) else source.arrays)
    with fitting(model):
        epochs_to_run = range(initial_epoch, epochs)
        return _run_epochs(model, source, validation, callbacks, verbose, epochs_to_run, validation_freq)


def _run_epochs(
    model: Any,
    source: ArraySource | StreamSource,
    validation: ArraySource | StreamSource | None,
    callbacks: Any,
    verbose: int | str,
    epochs: range,
    validation_freq: int | Sequence[int],
) -> Any:
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
    train = Runner(model, "train", source, hooks, progress)
    test = Runner(model, "test", validation, hooks, None) if validation is not None else None
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
            for given in (source, validation):
                if given is not None:
                    given.close()
            hooks.on_train_end(logs)
    return hooks.history


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
    with contextlib.closing(source), Interrupt() as interrupt:
        hooks.on_test_begin()
        progress.epoch_begin(0)
        logs = _floats(Runner(model, "test", source, hooks, progress).run(interrupt))
        progress.epoch_end(0, logs)
        hooks.on_test_end(logs)
    return logs


def on_batch(model: Any, mode: str, x: Any, y: Any, sample_weight: Any, class_weight: Any) -> Logs:
    """`train_on_batch` and `test_on_batch`: one step, metrics of this batch alone."""
    rows = row_count(_host(x))
    source = as_source(x, y, sample_weight, batch_size=max(rows, 1), class_weight=class_weight, **_names(model))
    _get_ready(model, source, "batch's", is_training=mode == "train")
    batch = source.peek() if isinstance(source, StreamSource) else source.arrays
    with counting(model.metrics):
        return _floats(model._program(mode).run_batch(Batch.of(*batch)))


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


def _is_due(epoch: int, frequency: int | Sequence[int]) -> bool:
    return epoch % frequency == 0 if isinstance(frequency, int) else epoch in frequency


def _floats(logs: dict[str, Any]) -> Logs:
    """Logs as Python numbers, in the order of their names; waits for the device."""
    return dict(sorted(as_floats(logs).items()))


def _host(x: Any) -> Any:
    return x if hasattr(x, "shape") or isinstance(x, list | tuple | dict) else np.asarray(x)
