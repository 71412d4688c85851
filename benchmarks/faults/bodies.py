"""Models that healthy trainings have beside those that are broken."""

from __future__ import annotations

from typing import Any

import hornbeam
from hornbeam import layers


class OwnStep(hornbeam.Model):
    """A model with a `train_step` of its own."""

    def __init__(self, units: int, last: Any):
        super().__init__()
        self.hidden = layers.Dense(16, activation="relu")
        self.last = layers.Dense(units, activation=last)

    def call(self, inputs: Any) -> Any:
        return self.last(self.hidden(inputs))

    def train_step(self, data: Any) -> Any:
        x, y = data[:2]
        loss, gradients = self.value_and_grad(lambda: self.compute_loss(x, y, self(x, training=True)))
        self.optimizer.apply(gradients)
        return {"loss": loss}


def _residual(s: Any) -> Any:
    """Six layers with ways around them."""
    start = hornbeam.Input(s.parts["train"][0].shape[1:])
    x = layers.Dense(16)(start)
    for _ in range(3):
        y = layers.Dense(16, activation="gelu")(layers.LayerNormalization()(x))
        x = layers.Add()([x, layers.Dense(16)(y)])
    return hornbeam.Model(start, layers.Dense(s.units, activation=s.last)(x))


def _linear_bottleneck(s: Any) -> Any:
    """A layer of few units without activation, as a projection."""
    start = hornbeam.Input(s.parts["train"][0].shape[1:])
    x = layers.Dense(6)(start)
    x = layers.Dense(16, activation="relu")(x)
    return hornbeam.Model(start, layers.Dense(s.units, activation=s.last)(x))


def _rescaled(s: Any) -> Any:
    """Numbers as they are in the file, and a layer that divides them."""
    first = [hornbeam.Input(s.parts["train"][0].shape[1:]), layers.Rescaling(1 / s.scale)]
    hidden = [layers.Dense(n, activation=s.relu) for n in s.hidden]
    return hornbeam.Sequential([*first, *hidden, layers.Dense(s.units, activation=s.last)])


def _rows_as_steps(s: Any) -> Any:
    """Images read line by line."""
    shape = s.parts["train"][0].shape[1:]
    return hornbeam.Sequential(
        [hornbeam.Input(shape), layers.LSTM(16), layers.Dropout(0.2), layers.Dense(s.units, activation=s.last)]
    )


def _mean_of_words(s: Any) -> Any:
    """Padding without a mask, which a mean takes like words: usual, and it learns."""
    return hornbeam.Sequential(
        [
            hornbeam.Input((40,), dtype="int32"),
            layers.Embedding(s.words, 8),
            layers.GlobalAveragePooling1D(),
            layers.Dense(16, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def _deep_images(s: Any) -> Any:
    return hornbeam.Sequential(
        [
            hornbeam.Input(s.parts["train"][0].shape[1:]),
            layers.Conv2D(8, 3, padding="same", use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.Conv2D(8, 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(s.units, activation=s.last),
        ]
    )


def _convolved_series(s: Any) -> Any:
    shape = s.parts["train"][0].shape[1:]
    return hornbeam.Sequential(
        [
            hornbeam.Input(shape),
            layers.Conv1D(8, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(s.units, activation=s.last),
        ]
    )


BODIES = {
    "own_step": lambda s: OwnStep(s.units, s.last),
    "residual": _residual,
    "linear_bottleneck": _linear_bottleneck,
    "rescaled": _rescaled,
    "rows_as_steps": _rows_as_steps,
    "mean_of_words": _mean_of_words,
    "deep_images": _deep_images,
    "convolved_series": _convolved_series,
}
