"""What comes before a run: data and model are checked against one another, and what is missing is built."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam.callbacks.base import as_floats
from hornbeam.core import tree, turns
from hornbeam.core.registry import is_builtin
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
    outputs = None if _judges_itself(model) else _keys(known.output_structure, known.output_names)
    return {"input_names": inputs, "output_names": outputs, "front": known.front and known.front.apply}


def _judges_itself(model: Any) -> bool:
    """Whether code of the user's says what targets are compared with: there may be more of them than outputs."""
    return not all(is_builtin(getattr(model, name)) for name in ("train_step", "test_step", "compute_loss"))


def _keys(structure: Any, names: list[str]) -> list[str] | None:
    if tree.is_nested(structure) and any(tree.is_nested(structure[key]) for key in tree.keys(structure)):
        return None
    return list(structure) if isinstance(structure, dict) else names or None


def as_numbers(logs: dict[str, Any]) -> Results:
    """Logs as Python numbers, in the order of their names; waits for the device."""
    with turns.waiting():
        return Results(sorted(as_floats(logs).items()))


def numbers_of_each(logs: dict[str, Any], epochs: int) -> list[Results]:
    """The same of each of some epochs, which arrays on the host have along their first axis."""
    names = sorted(logs)
    rows = zip(*[_each(logs[name], epochs) for name in names], strict=True) if names else [()] * epochs
    return [Results(zip(names, row)) for row in rows]


def _each(value: Any, epochs: int) -> list[Any]:
    if isinstance(value, np.ndarray) and value.ndim == 1:
        return value[:epochs].astype(float).tolist()
    return [tree.map(lambda x, i=i: x[i], value) for i in range(epochs)]
