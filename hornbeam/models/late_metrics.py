"""`fit(metrics=["accuracy"])`, as people write it: what belongs to `compile` is given to it, and said."""

from __future__ import annotations

from typing import Any

from hornbeam.core.renaming.notice import say, shown
from hornbeam.models.steps import trainer_of


def compile_with(model: Any, metrics: Any) -> None:
    """Compile a model anew for `fit`, unless it has these metrics; its optimizer goes on where it is."""
    arguments = trainer_of(model, "fit").arguments
    if metrics != arguments["metrics"]:
        given = {"metrics": metrics}
        say(
            ("fit", "metrics"),
            f"{shown('fit', given)}: metrics are given to `compile`, which is called anew with them.",
        )
        model.compile(**arguments | {**given, "optimizer": model.optimizer})
