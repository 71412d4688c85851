"""Names that stand for one metric or another, by the shapes of targets and outputs: "accuracy" and "crossentropy"."""

from __future__ import annotations

from typing import Any

from hornbeam.metrics.accuracies import BinaryAccuracy, CategoricalAccuracy, SparseCategoricalAccuracy
from hornbeam.metrics.metric import Metric
from hornbeam.metrics.probabilistic import BinaryCrossentropy, CategoricalCrossentropy, SparseCategoricalCrossentropy

# For outputs of one unit, for targets that are class indices, and for targets that are one-hot.
_ACCURACIES = BinaryAccuracy, SparseCategoricalAccuracy, CategoricalAccuracy
_CROSSENTROPIES = BinaryCrossentropy, SparseCategoricalCrossentropy, CategoricalCrossentropy
NAMES: dict[Any, Any] = {
    "accuracy": _ACCURACIES,
    "acc": _ACCURACIES,
    "crossentropy": _CROSSENTROPIES,
    "ce": _CROSSENTROPIES,
}


def named(name: Any, target: tuple[Any, ...] | None, output: tuple[Any, ...]) -> Metric | None:
    """The metric that `name` means for these shapes of targets and outputs; `None` for all other names."""
    classes = NAMES.get(name) if isinstance(name, str) else None
    return None if classes is None else classes[_kind(target, output)](name=name)


def _kind(target: tuple[Any, ...] | None, output: tuple[Any, ...]) -> int:
    if len(output) == 0 or output[-1] == 1:
        return 0
    if target is not None and (len(target) < len(output) or target[-1] == 1):
        return 1
    return 2
