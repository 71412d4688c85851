"""`Model.find_lr`: a trial run that leaves no trace."""

from __future__ import annotations

from typing import Any

from hornbeam.callbacks.learning_rate_curve import LearningRateCurve
from hornbeam.callbacks.learning_rate_finder import LearningRateFinder
from hornbeam.core.rng import seeded
from hornbeam.training.trainer import Trainer


def find_learning_rate(
    trainer: Trainer, finder: LearningRateFinder | None, x: Any, y: Any, batch_size: int | None
) -> LearningRateCurve:
    """`Model.find_lr`: as many epochs as the finder needs, with random numbers and an optimizer of their own.

    What an optimizer remembers of steps at other rates, such as a momentum, would hide what a small rate does.
    """
    finder, model = finder or LearningRateFinder(), trainer.model
    before = model.history, model.stop_training
    optimizer = trainer.optimizer
    try:
        with seeded(0), trainer.trying(type(optimizer).from_config(optimizer.get_config())):
            model.fit(x, y, batch_size=batch_size, epochs=finder.steps, callbacks=[finder], verbose=0)
    finally:
        model.history, model.stop_training = before
    assert finder.curve is not None
    return finder.curve
