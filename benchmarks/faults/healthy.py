"""Healthy trainings, many of them unusual: nothing is wrong with them, though published rules say so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from faults.data import load
from faults.setup import Setup


def _set(**values: Any) -> Callable[[Setup, Any], None]:
    def change(s: Setup, rng: Any) -> None:
        for key, value in values.items():
            setattr(s, key, value)

    return change


def _raw(s: Setup, rng: Any) -> None:
    """The table as it is in its file."""
    x, y, _ = load(s.name)
    rows = np.random.default_rng(s.seed).permutation(len(x))[:700]
    cut = [int(0.55 * len(rows)), int(0.7 * len(rows))]
    parts = zip(("train", "val", "test"), np.split(rows, cut), strict=True)
    s.parts = {key: (x[part].astype("float32"), y[part]) for key, part in parts}
    s.epochs = 60


def _raw_behind_batchnorm(s: Setup, rng: Any) -> None:
    size = 10 ** rng.uniform(0, 3, s.parts["train"][0].shape[-1])
    s.map_x(lambda x: (x * size).astype("float32"))
    s.body = "normalized"


def _constant(s: Setup, rng: Any) -> None:
    s.map_x(lambda x: np.c_[x, np.full(len(x), 1.0)].astype("float32"))


def _rows_twice(s: Setup, rng: Any) -> None:
    """Few different rows, by nature."""
    s.map_x(lambda x: np.round(x))


def _mse_softmax(s: Setup, rng: Any) -> None:
    if s.units > 1:
        s.map_y(lambda y: np.eye(s.units, dtype="float32")[y])
    s.loss = "mse"


def _to_unit_interval(s: Setup, rng: Any) -> None:
    y = s.parts["train"][1]
    low, high = y.min() - 0.5, y.max() + 0.5
    s.map_y(lambda y: np.clip((y - low) / (high - low), 0, 1).astype("float32"))
    s.last = "sigmoid"


def _to_positive(s: Setup, rng: Any) -> None:
    low = s.parts["train"][1].min()
    s.map_y(lambda y: np.maximum(y - low + 0.5, 0).astype("float32"))
    s.last = "softplus"


def _outliers(s: Setup, rng: Any) -> None:
    x, y = s.parts["train"]
    x = x.copy()
    rows = rng.random(len(x)) < 0.05
    x[rows] *= 5
    s.parts["train"] = x, y


def _wrong_labels(s: Setup, rng: Any) -> None:
    x, y = s.parts["train"]
    wrong = rng.random(len(y)) < 0.1
    s.parts["train"] = x, np.where(wrong, rng.permutation(y), y)


def _no_validation(s: Setup, rng: Any) -> None:
    s.parts.pop("val")


def _autoencoder(s: Setup, rng: Any) -> None:
    s.parts = {key: (x.reshape(len(x), -1), x.reshape(len(x), -1)) for key, (x, _) in s.parts.items()}
    s.kind, s.units, s.last, s.loss, s.metrics = "numbers", s.parts["train"][0].shape[1], None, "mse", None


def _pretrained(s: Setup, rng: Any) -> None:
    s.frozen, s.body = True, "pretrained"


CLASSES = ("iris", "wine", "digits", "breast_cancer", "banknote", "mnist", "irrigation", "pima", "titanic")
NUMBERS = ("diabetes", "california", "wages")

#: What it is, on which data (all of the set by default), and what to change.
HEALTHY: list[tuple[str, tuple[str, ...] | None, Callable[[Setup, Any], Any]]] = [
    ("plain", None, _set()),
    ("raw table", ("iris", "banknote", "digits"), _raw),
    ("raw behind BatchNormalization", CLASSES[:5] + NUMBERS, _raw_behind_batchnorm),
    ("constant column", CLASSES + NUMBERS, _constant),
    ("equal rows", ("iris", "banknote", "titanic"), _rows_twice),
    ("mse behind softmax", ("iris", "wine", "digits", "breast_cancer", "banknote", "mnist"), _mse_softmax),
    ("sigmoid for numbers in [0, 1]", NUMBERS, _to_unit_interval),
    ("softplus for positive numbers", NUMBERS, _to_positive),
    ("no hidden layer", ("iris", "wine", "breast_cancer", "diabetes"), _set(hidden=())),
    ("frozen after training", CLASSES[:5], _pretrained),
    ("no validation", None, _no_validation),
    ("not shuffled, mixed rows", None, _set(shuffle=False)),
    ("batch 1", ("iris", "wine", "breast_cancer"), _set(batch=1, rate=0.001, epochs=15)),
    ("SGD at 0.5", ("iris", "wine", "breast_cancer", "banknote", "digits"), _set(optimizer="SGD", rate=0.5)),
    ("outliers", CLASSES + NUMBERS, _outliers),
    ("wrong labels", CLASSES, _wrong_labels),
    ("dropout 0.5", CLASSES + NUMBERS, _set(dropout=0.5, hidden=(32, 32), epochs=80)),
    ("targets that are hard to predict", ("pima", "wages", "diabetes", "titanic"), _set(epochs=25)),
    ("tanh", CLASSES + NUMBERS, _set(relu="tanh")),
    ("autoencoder", ("digits", "wine", "mnist"), _autoencoder),
    ("L2 0.001", CLASSES, _set(l2=0.001)),
    ("BatchNormalization", CLASSES, _set(momentum=0.9)),
]
