"""A model that callbacks can hold on to."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest


class Optimizer:
    def __init__(self, learning_rate: float = 1.0):
        self.learning_rate = learning_rate


class Model:
    """Has one weight and writes down what it saves."""

    def __init__(self) -> None:
        self.weight = 0.0
        self.stop_training = False
        self.metrics: list[Any] = []
        self.optimizer = Optimizer()
        self.saved: list[tuple[str, str]] = []
        self.weights = self.trainable_weights = ()

    def get_weights(self) -> list[np.ndarray]:
        return [np.array(self.weight)]

    def set_weights(self, weights: list[np.ndarray]) -> None:
        self.weight = float(weights[0])

    def save(self, path: str, overwrite: bool = True, **_: Any) -> None:
        self.saved.append(("model", str(path)))

    def save_weights(self, path: str, overwrite: bool = True, **_: Any) -> None:
        self.saved.append(("weights", str(path)))


def train(callback: Any, values: list[float], name: str = "val_loss", model: Any = None) -> Model:
    """Run a callback through epochs whose monitored numbers are these; the weight after an epoch is its number."""
    model = model or Model()
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, value in enumerate(values):
        callback.on_epoch_begin(epoch)
        model.weight = float(epoch)
        callback.on_epoch_end(epoch, {"loss": value, name: value})
        if model.stop_training:
            break
    callback.on_train_end()
    return model


@pytest.fixture
def fakes() -> SimpleNamespace:
    return SimpleNamespace(Model=Model, Optimizer=Optimizer, train=train)
