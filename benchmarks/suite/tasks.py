"""The tasks: data made here from a fixed seed, batch sizes and epochs. Every contestant reads them from here.

The models are in `workloads.py`, written with the Keras API, and in `yardsticks/`, written by hand.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np

LEARNING_RATES = (3e-4, 1e-3, 3e-3, 1e-2)
FOLDS = 5
ONE_ROW_CALLS = 300
WORDS, TOKENS = 2000, 1000  # the vocabularies of `lstm_text` and `transformer`


class Task(NamedTuple):
    x: np.ndarray
    y: np.ndarray
    batch: int
    epochs: int = 1
    validation: tuple[np.ndarray, np.ndarray] | None = None
    test: tuple[np.ndarray, np.ndarray] | None = None


def blobs(rows: int, columns: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Points in noisy groups that overlap in part, and the group of each."""
    rng = np.random.default_rng(1)
    centers = rng.normal(size=(classes, columns))
    y = rng.integers(0, classes, rows)
    return ((centers[y] + rng.normal(size=(rows, columns))) * 1.5).astype("float32"), y.astype("int32")


def templates(rows: int, shape: tuple[int, int, int], patch: int) -> tuple[np.ndarray, np.ndarray]:
    """Images of ten classes: a pattern of patches for each, moved by up to two pixels, under noise."""
    rng = np.random.default_rng(2)
    height, width, channels = shape
    coarse = rng.normal(size=(10, height // patch, width // patch, channels))
    patterns = coarse.repeat(patch, 1).repeat(patch, 2)
    moved = np.stack([np.roll(patterns, (i, j), (1, 2)) for i in range(-2, 3) for j in range(-2, 3)])
    y = rng.integers(0, 10, rows)
    x = moved[rng.integers(0, len(moved), rows), y] + 3 * rng.normal(size=(rows, *shape))
    return x.astype("float32"), y.astype("int32")


def mlp_small(tiny: bool) -> Task:
    x, y = blobs(1000, 2, 2)
    return Task(x[:490], y[:490], 32, 2 if tiny else 100, validation=(x[490:700], y[490:700]), test=(x[700:], y[700:]))


def mlp_tabular(tiny: bool) -> Task:
    return Task(*blobs(1200 if tiny else 400_000, 32, 10), batch=512, epochs=2)


def cnn_mnist(tiny: bool) -> Task:
    return Task(*templates(80 if tiny else 6000, (28, 28, 1), 4), batch=32, epochs=2)


def cnn_deep(tiny: bool) -> Task:
    return Task(*templates(20 if tiny else 2000, (32, 32, 3), 4), batch=16 if tiny else 64)


def autoencoder(tiny: bool) -> Task:
    x = np.random.default_rng(3).random((300 if tiny else 20_000, 784), dtype="float32")
    return Task(x, x, batch=128, epochs=3)


def lstm_text(tiny: bool) -> Task:
    """The next word depends on the last one."""
    x = np.random.default_rng(4).integers(1, WORDS, (150 if tiny else 10_000, 20)).astype("int32")
    return Task(x, (x[:, -1] * 7 + 3) % WORDS, batch=64, epochs=2)


def transformer(tiny: bool) -> Task:
    """Is the first token in the upper half of the vocabulary?"""
    x = np.random.default_rng(5).integers(0, TOKENS, (70 if tiny else 2000, 64)).astype("int32")
    return Task(x, (x[:, 0] > TOKENS // 2).astype("int32"), batch=32)


def predict_one(tiny: bool) -> np.ndarray:
    """Batches of one row."""
    return np.random.default_rng(6).normal(size=(5 if tiny else ONE_ROW_CALLS, 1, 30)).astype("float32")


def predict_bulk(tiny: bool) -> np.ndarray:
    return np.random.default_rng(7).normal(size=(500 if tiny else 200_000, 64)).astype("float32")


def generator(tiny: bool) -> tuple[Task, int]:
    """The task, whose rows the generator gives again and again, and the number of steps."""
    return Task(*blobs(3200, 32, 10), batch=64), 10 if tiny else 300


def cross_validation(tiny: bool) -> tuple[Task, tuple[float, ...]]:
    """The task of each fold, and the learning rates."""
    return Task(*blobs(570, 30, 2), batch=16, epochs=1 if tiny else 20), LEARNING_RATES[: 1 if tiny else None]


def folds(task: Task):
    """The training rows and the test rows of each fold."""
    fold = np.arange(len(task.x)) % FOLDS
    for k in range(FOLDS):
        train, test = fold != k, fold == k
        yield task._replace(x=task.x[train], y=task.y[train], test=(task.x[test], task.y[test]))


def batches(task: Task):
    """A generator of ready batches that does not end."""
    while True:
        for start in range(0, len(task.x), task.batch):
            yield task.x[start : start + task.batch], task.y[start : start + task.batch]


def dense_weights(sizes: tuple[int, ...]) -> list[np.ndarray]:
    """Kernels and biases of a chain of dense layers, the same for every contestant that only predicts."""
    rng = np.random.default_rng(8)
    weights = []
    for inputs, outputs in itertools.pairwise(sizes):
        weights.append((rng.normal(size=(inputs, outputs)) * inputs**-0.5).astype("float32"))
        weights.append(np.zeros(outputs, "float32"))
    return weights
