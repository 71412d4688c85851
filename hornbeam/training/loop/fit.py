"""`Model.fit`: from its arguments to data and model that are ready, and to the epochs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam.callbacks.run_data import RunData
from hornbeam.core.settings import max_epochs
from hornbeam.data import StreamSource, WithWorkers, as_source, with_workers
from hornbeam.training import checks, diagnosis, resuming
from hornbeam.training.columns import check_columns, remember_columns
from hornbeam.training.loop.epochs import Epochs
from hornbeam.training.loop.nested import fitting
from hornbeam.training.loop.ready import get_ready, names_of
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
    remember_columns(model, x)
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
        validation = _held_out(model, x, validation_data, validation_batch_size or batch_size, validation_steps)
    elif validation_split:
        source, validation = source.split(validation_split)
    get_ready(trainer, source, "training")
    if validation is not None:
        get_ready(trainer, validation, "validation")
    checks.check_class_weight(trainer, class_weight)
    if isinstance(source, StreamSource):
        data = (*source.peek()[:2], None)  # the weights of one batch say nothing of the others
    else:
        data = source.arrays
    model.__hornbeam__.run_state.mistakes += diagnosis.warn_of_mistakes(trainer, data)
    with fitting(model):
        most = max_epochs()
        epochs_to_run = range(initial_epoch, min(epochs, most) if most else epochs)
        told = {"batch_size": getattr(source, "batch_size", None), "shuffle": shuffle, "class_weight": class_weight}
        run_data = RunData(source, validation, told | {"is_split": bool(validation_split)})
        return Epochs(trainer, run_data, callbacks, verbose, epochs_to_run, validation_freq).run()


def _held_out(model: Any, x: Any, validation_data: Any, batch_size: int | None, steps: int | None) -> Any:
    """The source of `validation_data`: the same batches after each epoch, got by as many workers as those of `x`."""
    given = checks.as_validation_data(validation_data)
    if isinstance(x, WithWorkers):
        given = (with_workers(given[0], *x.settings), *given[1:])
    check_columns(model, given[0])
    return as_source(*given, batch_size=batch_size, steps=steps, keep=True, **names_of(model))
