"""Runs inside of runs: a callback that evaluates or trains the model which is being trained. Each counts for itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from hornbeam.core.running import running, under


@contextmanager
def counting(metrics: Sequence[Any]) -> Iterator[None]:
    """Inside, the metrics count anew, for one run."""
    with apart(metrics):
        for metric in metrics:
            metric.reset_state()
        with under(counting=(*running.counting, metrics)):
            yield


@contextmanager
def apart(metrics: Sequence[Any]) -> Iterator[None]:
    """Inside, the metrics may count anything: what a run that is going on has counted comes back at the end."""
    before = _counts_of_outer_runs(metrics) if running.counting else []
    try:
        yield
    finally:
        for variable, value in before:
            variable.hold(value)


def _counts_of_outer_runs(metrics: Sequence[Any]) -> list[tuple[Any, np.ndarray]]:
    """The variables that another run counts in, too, with copies of their values: programs overwrite arrays."""
    outer = {id(v) for others in running.counting for metric in others for v in metric.variables}
    mine = [v for metric in metrics for v in metric.variables if id(v) in outer]
    return [(variable, np.array(variable.numpy())) for variable in mine]


@contextmanager
def fitting(model: Any) -> Iterator[None]:
    """Inside, `model` is trained; if its own training calls, that one's history and wish to stop come back."""
    is_nested = any(other is model for other in running.fitting)
    before = model.history, model.stop_training
    try:
        with under(fitting=(*running.fitting, model)):
            yield
    finally:
        if is_nested:
            model.history, model.stop_training = before
