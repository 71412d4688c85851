"""Healthy trainings, many of them unusual: nothing is wrong with them, though published rules say so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from faults.data import load
from faults.setup import Setup
from hornbeam import losses
from hornbeam.initializers import RandomNormal
from hornbeam.optimizers import schedules


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


def _one_hot(s: Setup, rng: Any) -> None:
    s.units, s.last = max(s.units, 2), "softmax"
    s.map_y(lambda y: np.eye(s.units, dtype="float32")[y])
    s.loss = "categorical_crossentropy"


def _smoothed(s: Setup, rng: Any) -> None:
    _one_hot(s, rng)
    s.loss = losses.CategoricalCrossentropy(label_smoothing=0.1)


def _logits(s: Setup, rng: Any) -> None:
    s.last = None
    binary, several = losses.BinaryCrossentropy, losses.SparseCategoricalCrossentropy
    s.loss = (binary if s.units == 1 else several)(from_logits=True)
    if s.units == 1:
        s.metrics = None


def _cosine(s: Setup, rng: Any) -> None:
    steps = s.epochs * -(-len(s.parts["train"][0]) // s.batch)
    s.rate = schedules.CosineDecay(0.01, steps)


def _rare_but_apart(s: Setup, rng: Any) -> None:
    """A rare class that is easily told from the others."""
    s.map_x(lambda x: x)
    for key in ("train", "val"):
        x, y = s.parts[key]
        rows = np.flatnonzero((y != 0) | (rng.random(len(y)) < 0.1))
        s.parts[key] = x[rows], y[rows]
    s.map_x(lambda x: x.copy())
    for x, y in s.parts.values():
        x[y == 0] += 3


def _balanced(s: Setup, rng: Any) -> None:
    s.class_weight = "balanced"


def _few_rows(s: Setup, rng: Any) -> None:
    x, y = s.parts["train"]
    s.parts["train"] = x[:50], y[:50]
    s.epochs = min(s.epochs, 25)


def _large_targets(s: Setup, rng: Any) -> None:
    """Numbers as people have them: around 20, a few more or less; time enough."""
    s.map_y(lambda y: (20 + 4 * y).astype("float32"))
    s.epochs, s.rate = 2 * s.epochs, 0.02


def _counts(s: Setup, rng: Any) -> None:
    s.map_y(lambda y: rng.poisson(np.exp(np.clip(y, -2, 2))).astype("float32"))
    s.loss, s.last, s.epochs = "poisson", "exponential", 8
    s.rate = 0.002


def _pixels(s: Setup, rng: Any) -> None:
    s.scale = 255.0
    s.map_x(lambda x: (x * 255 / max(np.abs(x).max(), 1)).astype("float32"))
    s.body = "rescaled"


def _flags(s: Setup, rng: Any) -> None:
    """Several answers at once, none or all of which may be yes."""
    weights = np.linspace(-1, 1, s.parts["train"][0].shape[1])
    s.parts = {
        key: (x, np.stack([x @ weights > 0, x[:, 0] > 0, x[:, 1] + x[:, 0] > 1], 1).astype("float32"))
        for key, (x, _) in s.parts.items()
    }
    s.kind, s.units, s.last, s.loss, s.metrics = "numbers", 3, "sigmoid", "binary_crossentropy", None


def _denoising(s: Setup, rng: Any) -> None:
    _autoencoder(s, rng)
    s.map_x(lambda x: (x + rng.normal(0, 0.3, x.shape) * x.std()).astype("float32"))


def _ordered_split(s: Setup, rng: Any) -> None:
    """The last rows are the validation, as of a series."""
    s.split, s.shuffle = 0.2, False
    s.parts.pop("val")


def _noisier_training(s: Setup, rng: Any) -> None:
    """Augmented rows: the validation is easier than the training."""
    x, y = s.parts["train"]
    s.parts["train"] = (x + rng.normal(0, 0.3, x.shape) * x.std()).astype("float32"), y


def _row_weights(s: Setup, rng: Any) -> None:
    s.sample_weight = rng.uniform(0.5, 1.5, len(s.parts["train"][0])).astype("float32")


def _several_outputs(s: Setup, rng: Any) -> None:
    many, columns = int(s.parts["train"][1].max()) + 1, s.parts["train"][0].shape[1]
    number = lambda x: (x @ np.linspace(-1, 1, columns)).astype("float32") / np.sqrt(columns)  # noqa: E731
    s.body, s.units, s.kind = "two_outputs", many, "classes numbers"
    s.parts = {key: (x, [y, number(x)]) for key, (x, y) in s.parts.items()}
    s.loss, s.metrics = ["sparse_categorical_crossentropy", "mse"], None
    s.epochs = max(s.epochs, 20)


def _several_inputs(s: Setup, rng: Any) -> None:
    half = s.parts["train"][0].shape[1] // 2
    s.body = "two_inputs"
    s.map_x(lambda x: [x[:, half:], x[:, :half]])


def _own_step(s: Setup, rng: Any) -> None:
    s.body, s.metrics = "own_step", None
    s.parts.pop("val")


def _lines(s: Setup, rng: Any) -> None:
    s.body = "rows_as_steps"
    s.map_x(lambda x: x[..., 0])


def _body(body: str, **values: Any) -> Callable[[Setup, Any], None]:
    return _set(body=body, **values)


SEVERAL, BINARY = ("iris", "wine", "digits"), ("breast_cancer", "banknote", "circles")
CLASSES = ("iris", "wine", "digits", "breast_cancer", "banknote")
NUMBERS = ("diabetes", "california", "wages")
HARD = ("pima", "wages", "diabetes", "titanic")

#: What it is, on which data (all of the set by default), and what to change. Another set has other data in their place.
HEALTHY: list[tuple[str, tuple[str, ...] | None, Callable[[Setup, Any], Any]]] = [
    ("plain", None, _set()),
    ("raw table", ("iris", "banknote", "digits"), _raw),
    ("raw behind BatchNormalization", ("iris", "breast_cancer", "diabetes"), _raw_behind_batchnorm),
    ("constant column", ("wine", "banknote", "wages"), _constant),
    ("equal rows", ("iris", "banknote", "titanic"), _rows_twice),
    ("mse behind softmax", ("iris", "digits", "breast_cancer"), _mse_softmax),
    ("sigmoid for numbers in [0, 1]", NUMBERS, _to_unit_interval),
    ("softplus for positive numbers", NUMBERS, _to_positive),
    ("no hidden layer", ("iris", "wine", "breast_cancer", "diabetes"), _set(hidden=())),
    ("frozen after training", ("iris", "digits", "breast_cancer"), _pretrained),
    ("no validation", ("iris", "california", "circles"), _no_validation),
    ("not shuffled, mixed rows", ("wine", "banknote", "diabetes"), _set(shuffle=False)),
    ("batch 1", ("iris", "breast_cancer"), _set(batch=1, rate=0.001, epochs=15)),
    ("SGD at 0.5", ("iris", "wine", "breast_cancer", "banknote"), _set(optimizer="SGD", rate=0.5)),
    ("outliers", ("wine", "california", "breast_cancer"), _outliers),
    ("wrong labels", ("digits", "banknote", "circles"), _wrong_labels),
    ("dropout 0.5", ("wine", "breast_cancer", "california"), _set(dropout=0.5, hidden=(32, 32), epochs=80)),
    ("targets that are hard to predict", HARD, _set(epochs=25)),
    ("tanh", ("iris", "digits", "wages"), _set(relu="tanh")),
    ("autoencoder", ("digits", "wine"), _autoencoder),
    ("denoising autoencoder", ("digits", "breast_cancer"), _denoising),
    ("L2 0.001", ("wine", "banknote"), _set(l2=0.001)),
    ("BatchNormalization", ("iris", "digits", "breast_cancer"), _set(momentum=0.9)),
    ("one-hot targets", SEVERAL[:2], _one_hot),
    ("label smoothing", SEVERAL[1:], _smoothed),
    ("logits", ("digits", "circles"), _logits),
    ("cosine decay to 0", ("wine", "diabetes"), _cosine),
    ("rare but easily told", ("banknote", "breast_cancer"), _rare_but_apart),
    ("balanced classes", ("wine", "titanic"), _balanced),
    ("50 rows", ("wine", "iris", "banknote"), _few_rows),
    ("targets around 20", NUMBERS[:2], _large_targets),
    ("counts behind an exponential", NUMBERS[:2], _counts),
    ("numbers to 255 behind Rescaling", ("digits", "banknote"), _pixels),
    ("several flags", ("breast_cancer", "wine"), _flags),
    ("the last rows are the validation", ("iris", "california"), _ordered_split),
    ("the validation is easier", ("banknote", "digits"), _noisier_training),
    ("weights of rows", ("wine", "wages"), _row_weights),
    ("two outputs", SEVERAL, _several_outputs),
    ("two inputs", ("breast_cancer", "diabetes"), _several_inputs),
    ("a generator", ("iris", "breast_cancer", "california"), _set(streamed=True)),
    ("a train_step of its own", ("iris", "banknote"), _own_step),
    ("residual layers", ("wine", "circles", "california"), _body("residual", rate=0.003)),
    ("a linear bottleneck", ("breast_cancer", "digits"), _body("linear_bottleneck")),
    ("images, global pooling", ("digit_images",), _body("deep_images")),
    ("images line by line", ("digit_images",), _lines),
    ("a series, convolved", ("airline",), _body("convolved_series")),
    ("sentences", ("sentences",), _set(epochs=12)),
    ("sentences, their mean", ("sentences",), _body("mean_of_words", epochs=15)),
    ("stopped early", ("diabetes", "titanic", "wine"), _set(patience=5, epochs=60)),
    ("Huber", NUMBERS[:2], _set(loss="huber")),
    ("absolute errors", NUMBERS[1:], _set(loss="mae")),
    ("AdamW", ("digits", "circles"), _set(optimizer="AdamW", rate=0.003)),
    ("RMSprop", ("iris", "wages"), _set(optimizer="RMSprop", rate=0.003)),
    ("clipped at 1", ("breast_cancer", "california"), _set(options={"clipnorm": 1.0})),
    ("all rows in a batch", ("iris", "banknote"), _set(batch=1024, epochs=150)),
    ("four layers of ELU", ("banknote", "wine"), _set(relu="elu", hidden=(16, 16, 16, 16), rate=0.003)),
    ("small first weights", ("iris", "wine"), _set(kernel=RandomNormal(stddev=0.05))),
    ("200 epochs of easy data", ("banknote", "wine"), _set(epochs=200, rate=0.003)),
]
