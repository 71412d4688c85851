"""`Model.evaluate`, and single batches."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np

from hornbeam.callbacks.callback_list import CallbackList
from hornbeam.callbacks.progress import Progress, resolve_verbose
from hornbeam.data import StreamSource, as_source
from hornbeam.training.columns import check_columns
from hornbeam.training.loop.interrupt import Interrupt
from hornbeam.training.loop.nested import counting
from hornbeam.training.loop.ready import as_numbers, get_ready, names_of
from hornbeam.training.loop.runner import Logs, Runner
from hornbeam.training.programs.batch import Batch, row_count
from hornbeam.training.trainer import Trainer


def evaluate(
    trainer: Trainer,
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
    check_columns(trainer.model, x)
    source = as_source(x, y, sample_weight, batch_size=batch_size, steps=steps, **names_of(trainer.model))
    get_ready(trainer, source, "evaluation")
    verbose = resolve_verbose(verbose, "evaluate")
    hooks = CallbackList(callbacks, trainer.model, history=False, verbose=verbose, epochs=1, steps=source.steps)
    progress = Progress(verbose, None, source.steps)
    with contextlib.closing(source), Interrupt() as interrupt:
        trainer.model.stop_evaluating = False
        hooks.on_test_begin()
        progress.epoch_begin(0)
        logs = as_numbers(Runner(trainer, "test", source, hooks, progress).run(interrupt))
        progress.epoch_end(0, logs)
        hooks.on_test_end(logs)
    return logs


def run_on_batch(trainer: Trainer, mode: str, x: Any, y: Any, sample_weight: Any, class_weight: Any) -> Logs:
    """`train_on_batch` and `test_on_batch`: one step, metrics of this batch alone."""
    rows = row_count(_host(x))
    source = as_source(
        x, y, sample_weight, batch_size=max(rows, 1), class_weight=class_weight, **names_of(trainer.model)
    )
    get_ready(trainer, source, "batch's", is_training=mode == "train")
    batch = source.peek() if isinstance(source, StreamSource) else source.arrays
    with counting(trainer.model.metrics):
        return as_numbers(trainer.program(mode).run_batch(Batch.of(*batch)))


def _host(x: Any) -> Any:
    return x if hasattr(x, "shape") or isinstance(x, list | tuple | dict) else np.asarray(x)
