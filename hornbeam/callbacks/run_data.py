"""`RunData`: what a callback that looks at the data of a run is given before it."""

from __future__ import annotations

from typing import Any, NamedTuple

from hornbeam.callbacks.base import Callback
from hornbeam.core import staying


class RunData(NamedTuple):
    """The data of one `fit`.

    Attributes:
        source: the training data, as `data/` has made it.
        validation: likewise, or `None`.
        settings: what `fit` was told about them: `batch_size`, `shuffle`, `class_weight`, `is_split`.
        keeps_best: whether a callback keeps the weights of the best epoch, in the model or in a file.
    """

    source: Any
    validation: Any
    settings: dict[str, Any]
    keeps_best: bool = False


def hand_out(callbacks: Any, data: RunData) -> None:
    """Give the data to the callbacks that ask for them; of old code, to all: see `validation_data`."""
    best = ("restore_best_weights", "save_best_only")
    keeps_best = any(getattr(callback, name, False) is True for callback in callbacks for name in best)
    data = data._replace(keeps_best=keeps_best)
    for callback in callbacks:
        if hasattr(callback, "set_run_data") and _is_ours(type(callback)):
            callback.set_run_data(data)
        elif staying.everywhere() and isinstance(callback, Callback):
            callback.run_data = data


def _is_ours(kind: type) -> bool:
    """Whether `set_run_data` is what it is here, as in a user's subclass of `Doctor`, and not a name of his own."""
    owner = next((c for c in kind.__mro__ if "set_run_data" in vars(c)), kind)
    return owner.__module__.startswith("hornbeam.")
