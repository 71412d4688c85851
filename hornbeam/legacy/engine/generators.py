"""Keras 2's `engine.training_generator`: the methods of models, as functions."""

from __future__ import annotations

from typing import Any


def fit_generator(
    model: Any,
    generator: Any,
    steps_per_epoch: int | None = None,
    epochs: int = 1,
    verbose: int = 1,
    callbacks: Any = None,
    validation_data: Any = None,
    validation_steps: int | None = None,
    validation_freq: Any = 1,
    class_weight: Any = None,
    max_queue_size: int = 10,
    workers: int = 1,
    use_multiprocessing: bool = False,
    shuffle: bool = True,
    initial_epoch: int = 0,
) -> Any:
    """`model.fit_generator`."""
    arguments = dict(locals())
    return arguments.pop("model").fit_generator(**arguments)


def evaluate_generator(
    model: Any,
    generator: Any,
    steps: int | None = None,
    callbacks: Any = None,
    max_queue_size: int = 10,
    workers: int = 1,
    use_multiprocessing: bool = False,
    verbose: int = 0,
) -> Any:
    """`model.evaluate_generator`."""
    arguments = dict(locals())
    return arguments.pop("model").evaluate_generator(**arguments)


def predict_generator(
    model: Any,
    generator: Any,
    steps: int | None = None,
    callbacks: Any = None,
    max_queue_size: int = 10,
    workers: int = 1,
    use_multiprocessing: bool = False,
    verbose: int = 0,
) -> Any:
    """`model.predict_generator`."""
    arguments = dict(locals())
    return arguments.pop("model").predict_generator(**arguments)
