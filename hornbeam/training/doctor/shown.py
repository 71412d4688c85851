"""What a history shows of how good a model is: 0 as good as the best constant, 1 without a fault."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from hornbeam.core.declarations import of
from hornbeam.training.doctor.outputs import Output, constant_loss

History: TypeAlias = dict[str, list[Any]]


def skill(evidence: Any, output: Output, history: History, prefix: str = "") -> float | None:
    """The skill of the last epoch: by an accuracy, or by the loss; `None` where by neither."""
    right = right_answers(evidence.trainer, output, history, prefix)
    if right is not None:
        return float(right[-1])
    values = history.get(prefix + ("loss" if len(evidence.outputs) == 1 else f"{output.name}_loss"))
    if not values or output.target is None:
        return None
    worst = constant_loss(output)
    return None if worst is None else float(1 - values[-1] / max(worst, 1e-12))


def right_answers(trainer: Any, output: Output, history: History, prefix: str = "") -> np.ndarray | None:
    """The skill by an accuracy, epoch by epoch; `None` where there is none in the history."""
    metrics, names = trainer.objective.metrics, trainer.objective.losses.outputs.names
    if metrics is None or output.labels is None:
        return None
    for entry in metrics.entries:
        values = history.get(prefix + entry.name)
        is_accuracy = of(entry.metric, "compares") in ("largest unit", "threshold")
        if values and is_accuracy and entry.output == names.index(output.name):
            common = np.bincount(output.labels.ravel()).max() / output.labels.size
            return (np.array(values, float) - common) / max(1 - common, 1e-9)
    return None
