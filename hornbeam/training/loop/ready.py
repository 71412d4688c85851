"""What comes before a run: data and model are checked against one another, and what is missing is built."""

from __future__ import annotations

from typing import Any

from hornbeam.callbacks.base import as_floats
from hornbeam.core import tree
from hornbeam.core.renaming.results import Results
from hornbeam.data import ArraySource, StreamSource
from hornbeam.training import checks
from hornbeam.training.preparing import prepare
from hornbeam.training.trainer import Trainer


def get_ready(trainer: Trainer, source: ArraySource | StreamSource, what: str, is_training: bool | None = None) -> None:
    """Check the data against the model and build what is missing, before anything is compiled."""
    data = source.peek() if isinstance(source, StreamSource) else source.arrays
    with trainer.objective.unless_refused():
        prepare(trainer, data, is_training=what == "training" if is_training is None else is_training)
        checks.check_data(trainer, data, what)


def names_of(model: Any) -> dict[str, Any]:
    """What data must fit: the names of the model's inputs and outputs, as far as they are known, and its front."""
    known = model.__hornbeam__
    inputs = _keys(known.input_structure, known.input_names)
    outputs = _keys(known.output_structure, known.output_names)
    return {"input_names": inputs, "output_names": outputs, "front": known.front and known.front.apply}


def _keys(structure: Any, names: list[str]) -> list[str] | None:
    if isinstance(structure, dict):
        return None if any(tree.is_nested(value) for value in structure.values()) else list(structure)
    return names or None


def as_numbers(logs: dict[str, Any]) -> Results:
    """Logs as Python numbers, in the order of their names; waits for the device."""
    return Results(sorted(as_floats(logs).items()))
