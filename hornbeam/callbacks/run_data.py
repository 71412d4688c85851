"""`RunData`: what a callback that looks at the data of a run is given before it."""

from __future__ import annotations

from typing import Any, NamedTuple


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
    """Give the data to the callbacks of Hornbeam that ask for them."""
    best = ("restore_best_weights", "save_best_only")
    keeps_best = any(getattr(callback, name, False) is True for callback in callbacks for name in best)
    data = data._replace(keeps_best=keeps_best)
    for callback in callbacks:
        if type(callback).__module__.startswith("hornbeam.") and hasattr(callback, "set_run_data"):
            callback.set_run_data(data)
