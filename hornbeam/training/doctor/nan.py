"""After NaN: the training is gone through again up to the step that made it, and that step operation by operation."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from hornbeam import engine
from hornbeam.core import lift, tree
from hornbeam.core.running import running, under
from hornbeam.core.symbolic import is_symbolic
from hornbeam.data import ArraySource
from hornbeam.layers import Layer
from hornbeam.layers.base.losses import discarded_losses
from hornbeam.training.doctor.run import Run
from hornbeam.training.doctor.trials import restored
from hornbeam.training.doctor.wiring import path_of
from hornbeam.training.loop.nested import counting
from hornbeam.training.programs.batch import Batch

#: Going through a run step by step is slower than the run was; the first step, which may compile, is not counted.
SECONDS = 5.0


class Place(NamedTuple):
    """Where the first number that is none appeared.

    Attributes:
        step: in which step of training, from 0.
        layer: the layer's path; "the loss" or "the update" where all layers gave numbers.
        operation: the function in it, as far as it is known.
        rows: of the training data.
    """

    step: int
    layer: str
    operation: str
    rows: list[int]


def first_nan(trainer: Any, run: Run) -> Place | None:
    """Where the first NaN of a run came from; `None` where the run cannot be gone through again in time."""
    if type(run.source) is not ArraySource or run.first is None:
        return None
    until = np.inf
    with restored(trainer), counting(trainer.model.metrics):
        run.go_back(trainer)
        source, step = run.again(), 0
        for epoch in range(run.epochs):
            order = source.order()
            for i in range(source.steps):
                rows = order[i * source.batch_size : (i + 1) * source.batch_size]
                before = {v: np.array(v.numpy()) for v in trainer.model.variables}
                batch = Batch.of(*source.batch(i, order))
                logs = trainer.program("train").run_batch(batch)
                if not _is_finite(logs.get("loss", 0.0)) or not all(
                    _is_finite(v.numpy()) for v in trainer.trained_variables()
                ):
                    for variable, value in before.items():
                        variable.hold(value)
                    return _within(trainer, batch, rows, step)
                until = min(until, time.perf_counter() + SECONDS)
                if time.perf_counter() > until:
                    return None
                step += 1
            if epoch < len(run.rates) and hasattr(trainer.optimizer._learning_rate, "hold"):
                trainer.optimizer.learning_rate = run.rates[epoch]
    return None


def _within(trainer: Any, batch: Batch, rows: np.ndarray, step: int) -> Place:
    """The same step once more, every result looked at."""
    watcher = Watcher()
    arrays = tree.map(lambda x: None if x is None else engine.asarray(x), tuple(batch))
    found: list[tuple[str, np.ndarray]] = []

    def watch(layer: Any, outputs: Any) -> None:
        for leaf in tree.leaves(outputs):
            if not found and not _is_finite(leaf):
                found.append((path_of(layer), _bad_rows(leaf, len(rows))))

    with trainer.as_compiled(), discarded_losses(), lift.discard_assignments():
        with under(watched=watch):
            y_pred = trainer.model(arrays[0], training=True)
        if found:
            with under(tape=watcher):
                trainer.model.call(arrays[0])
            return Place(step, found[0][0], watcher.operation, rows[found[0][1]].tolist())
        loss = trainer.loss_of(Batch.of(*arrays), y_pred)
    if not _is_finite(loss):
        return Place(step, "the loss", "", rows.tolist())
    return Place(step, "the update", "", rows.tolist())


def _bad_rows(leaf: Any, count: int) -> np.ndarray:
    values = np.asarray(engine.to_numpy(leaf))
    if len(values) != count:
        return np.ones(count, bool)
    bad = ~np.isfinite(values.reshape(count, -1)).all(1)
    return bad


def _is_finite(value: Any) -> bool:
    value = value if isinstance(value, np.ndarray | float | int) else engine.to_numpy(engine.asarray(value))
    return bool(np.isfinite(np.asarray(value, np.float64)).all())


class Watcher:
    """What calls are told to instead of a tape: the first function that makes NaN of numbers is kept."""

    def __init__(self) -> None:
        self.operation = ""

    def sees(self, *values: Any) -> bool:
        return not any(is_symbolic(leaf) for leaf in tree.leaves(values))

    def read(self, variable: Any) -> Any:
        with under(tape=None):
            return variable.value

    def record(self, fn: Callable[..., Any], args: Any, kwargs: Any, variables: Any = ()) -> Any:
        layer = next((part for part in (fn, *getattr(fn, "args", ())) if isinstance(part, Layer)), None)
        if layer is not None:
            call = layer.call
            with under(layers=(*running.layers, layer)):
                result = call(*args, **{k: v for k, v in kwargs.items() if k != "training"})
            return result if layer is fn else (result, [])  # the other form gives the losses that were added, too
        with under(tape=None):
            result = fn(*args, **kwargs)
        if not self.operation and any(not _is_finite(leaf) for leaf in tree.leaves(result) if engine.is_tensor(leaf)):
            named = fn.func if isinstance(fn, functools.partial) else fn
            self.operation = getattr(named, "__name__", type(named).__name__)
        return result
