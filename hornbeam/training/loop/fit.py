"""`Model.fit`: epochs, validation, callbacks and display around programs, for every engine and kind of data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam.callbacks.callback_list import CallbackList
from hornbeam.callbacks.progress import Progress, resolve_verbose
from hornbeam.callbacks.run_data import RunData, hand_out
from hornbeam.core.settings import max_epochs
from hornbeam.data import StreamSource, WithWorkers, as_source, with_workers
from hornbeam.training import checks, diagnosis, resuming
from hornbeam.training.loop.interrupt import Interrupt
from hornbeam.training.loop.nested import fitting
from hornbeam.training.loop.ready import as_numbers, get_ready, names_of
from hornbeam.training.loop.runner import Logs, Runner
from hornbeam.training.trainer import Trainer


def fit(
    trainer: Trainer,
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
    resume: Any = None,
) -> Any:
    """`Model.fit`."""
    model = trainer.model
    checks.check_epochs(epochs, initial_epoch)
    checks.check_frequency(validation_freq)
    if resume is not None:
        callbacks = resuming.with_resume(callbacks, resume)
    source = as_source(
        x,
        y,
        sample_weight,
        batch_size=batch_size,
        steps=steps_per_epoch,
        shuffle=shuffle,
        repeat=True,
        class_weight=class_weight,
        **names_of(model),
    )
    validation = None
    if validation_data is not None:
        given = checks.as_validation_data(validation_data)
        if isinstance(x, WithWorkers):
            given = (with_workers(given[0], *x.settings), *given[1:])
        size = validation_batch_size or batch_size
        validation = as_source(*given, batch_size=size, steps=validation_steps, keep=True, **names_of(model))
    elif validation_split:
        source, validation = source.split(validation_split)
    get_ready(trainer, source, "training")
    if validation is not None:
        get_ready(trainer, validation, "validation")
    checks.check_class_weight(trainer, class_weight)
    data = source.peek() if isinstance(source, StreamSource) else source.arrays
    model.__hornbeam__.run_state.mistakes += diagnosis.warn_of_mistakes(trainer, data)
    with fitting(model):
        most = max_epochs()
        epochs_to_run = range(initial_epoch, min(epochs, most) if most else epochs)
        told = {"batch_size": getattr(source, "batch_size", None), "shuffle": shuffle, "class_weight": class_weight}
        run_data = RunData(source, validation, told | {"is_split": bool(validation_split)})
        return _run_epochs(trainer, run_data, callbacks, verbose, epochs_to_run, validation_freq)


def _run_epochs(
    trainer: Trainer,
    data: RunData,
    callbacks: Any,
    verbose: int | str,
    epochs: range,
    validation_freq: int | Sequence[int],
) -> Any:
    """Train and validate, epoch by epoch, with callbacks and display around."""
    model, source, validation = trainer.model, data.source, data.validation
    verbose = resolve_verbose(verbose, "fit")
    known: dict[str, Any] = {
        "verbose": verbose,
        "epochs": epochs.stop,
        "steps": source.steps,
        "do_validation": validation is not None,
    }
    hooks = CallbackList(callbacks, model, **known)
    hand_out(hooks, data)
    progress = Progress(verbose, epochs.stop, source.steps)
    train = Runner(trainer, "train", source, hooks, progress)
    test = Runner(trainer, "test", validation, hooks, None) if validation is not None else None
    model.stop_training = False
    run = resuming.kept_run(trainer, hooks, source, validation) if hooks.keepers else None
    if run is not None and resuming.is_finished(run, hooks, epochs.stop, verbose):
        return hooks.history
    logs: Logs = {}
    with Interrupt() as interrupt:
        try:
            hooks.on_train_begin()
            logs = run.logs if run is not None else {}
            left = range(hooks.first_epoch(epochs.start), epochs.stop)
            for epoch in () if run is not None and run.is_stopped else left:
                hooks.on_epoch_begin(epoch)
                progress.epoch_begin(epoch)
                logs = train.run(interrupt, run.take_rest() if run is not None else None)
                if not logs:  # the data has ended, and the source has said so
                    break
                if test is not None and _is_due(epoch + 1, validation_freq):
                    hooks.on_test_begin()
                    found = as_numbers(test.run(interrupt))
                    hooks.on_test_end(found)
                    logs = logs | {f"val_{name}": value for name, value in found.items()}
                logs = as_numbers(logs)  # only now: the device trains while the host gets the validation ready
                logs = hooks.on_epoch_end(epoch, logs)
                progress.epoch_end(epoch, logs)
                interrupt.check()
                if model.stop_training:
                    break
            if logs:
                trainer.optimizer.finalize_variable_values(trainer.trained_variables())
        finally:
            progress.close()
            for given in (source, validation):
                if given is not None:
                    given.close()
            hooks.on_train_end(logs)
    return hooks.history


def _is_due(epoch: int, frequency: int | Sequence[int]) -> bool:
    return epoch % frequency == 0 if isinstance(frequency, int) else epoch in frequency
