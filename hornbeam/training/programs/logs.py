"""What a step gives: numbers by name."""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

import numpy as np

from hornbeam import engine
from hornbeam.core import tree
from hornbeam.core.renaming.notice import warn_caller
from hornbeam.core.tape import Taped
from hornbeam.core.variable import Variable

_told: WeakSet[Any] = WeakSet()


def numbers_by_name(logs: Any, method: str) -> Any:
    """Logs as arrays: a metric's result may be its variable, and a custom step's loss is what its tape wrote down.

    Raises:
        TypeError: unless `method` has returned numbers by name, or nothing.
    """
    values = tree.map(lambda x: x.value if isinstance(x, Taped | Variable) else x, {} if logs is None else logs)
    if not isinstance(values, dict) or not all(map(_is_numeric, tree.leaves(values))):
        raise TypeError(
            f"`{method}` must return a dictionary of numbers by name, as {{'loss': loss}} is. Received: {logs!r:.100}."
        )
    return values


def tell_of_nothing(trainer: Any, method: str) -> None:
    """Warn once of a step that returns nothing: it does what it does, and nobody sees how well."""
    if trainer in _told:
        return
    _told.add(trainer)
    warn_caller(
        f"`{method}` of model `{trainer.model.name}` returned nothing, so that there is no loss to show, record or "
        "monitor; let it return numbers by name, such as `{m.name: m.result() for m in self.metrics}`."
    )


def _is_numeric(x: Any) -> bool:
    return engine.is_tensor(x) or isinstance(x, bool | int | float | np.number | np.ndarray)
