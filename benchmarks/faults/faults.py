"""The faults: each breaks a healthy setup in place, as people break theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import hornbeam
from faults.setup import Setup
from hornbeam import losses
from hornbeam.initializers import RandomNormal
from hornbeam.optimizers import schedules


class Fault(NamedTuple):
    """What is broken, how, and on which kind of data: "all", "classes" (several), "binary", "numbers", or names."""

    name: str
    apply: Callable[[Setup, np.random.Generator], Any]
    data: str = "all"


def _set(**values: Any) -> Callable[[Setup, Any], None]:
    def apply(s: Setup, rng: Any) -> None:
        for key, value in values.items():
            setattr(s, key, value)

    return apply


def _raw_columns(s: Setup, rng: Any) -> None:
    columns = s.parts["train"][0].shape[-1]
    size, shift = 10 ** rng.uniform(1, 4.5, columns), rng.uniform(-1, 3, columns)
    s.map_x(lambda x: ((x + shift) * size).astype("float32"))
    s.epochs = 25


def _raw_targets(s: Setup, rng: Any) -> None:
    size = 10 ** rng.uniform(3, 5)
    s.map_y(lambda y: ((y + 2) * size).astype("float32"))
    s.epochs = 20


def _nan(where: str) -> Callable[[Setup, Any], None]:
    def apply(s: Setup, rng: Any) -> None:
        x, y = s.parts["train"]
        x, y = x.copy(), y.astype("float32")
        rows = rng.choice(len(x), 5, replace=False)
        if where == "x":
            x[rows, 0] = np.nan
        else:
            y[rows] = np.nan
        s.parts["train"] = x, y

    return apply


def _labels_from_one(s: Setup, rng: Any) -> None:
    s.map_y(lambda y: y + 1)
    s.clean["labels"] = -1


def _leak(s: Setup, rng: Any) -> None:
    """A column made from the target, which is not known when the model is used."""

    def add(key: str) -> None:
        x, y = s.parts[key]
        column = (
            np.asarray(y, float) * rng.choice([1.0, -1.0]) if key == "train" else np.asarray(y, float) * s.clean["sign"]
        )
        s.clean["sign"] = np.sign(np.corrcoef(column, y)[0, 1]) if key == "train" else s.clean["sign"]
        column = (column - column.mean()) / column.std()
        if key == "test":
            column = rng.permutation(column)
        s.parts[key] = np.c_[x, column + rng.normal(0, 0.02, len(x))].astype("float32"), y

    for key in ("train", "val", "test"):
        add(key)


def _few_by_heart(s: Setup, rng: Any) -> None:
    """Fewer rows than a large network has weights, judged by how honest the validation is."""
    x, y = s.parts["train"]
    s.parts["train"] = x[:150], y[:150]
    s.hidden, s.epochs, s.honest = (64, 64), 80, True


def _same_rows(s: Setup, rng: Any) -> None:
    _few_by_heart(s, rng)
    (x, y), (a, b) = s.parts["train"], s.parts["val"]
    taken = rng.choice(len(x), len(a), replace=False)
    mixed = rng.random(len(a)) < 0.8
    s.clean["val"] = s.parts["val"]
    s.parts["val"] = np.where(mixed.reshape(-1, *[1] * (x.ndim - 1)), x[taken], a), np.where(mixed, y[taken], b)


def _sorted_split(s: Setup, rng: Any) -> None:
    x, y = s.parts["train"]
    a, b = s.parts.pop("val")
    x, y = np.concatenate([x, a]), np.concatenate([y, b])
    order = np.argsort(y, kind="stable")
    s.parts["train"], s.split = (x[order], y[order]), 0.35


def _rare(s: Setup, rng: Any) -> None:
    """One class becomes rare, in the training and the validation, and is not easy to tell from the others."""
    for key in ("train", "val"):
        x, y = s.parts[key]
        rare = int(s.parts["train"][1].max())
        rows = np.flatnonzero((y != rare) | (rng.random(len(y)) < 0.06))
        if key == "train":
            rows = np.concatenate([rows, np.flatnonzero(y == rare)[:4]])
        s.parts[key] = x[rows], y[rows]
    noise = 0.4 * np.sqrt(s.parts["train"][0].shape[1])
    s.map_x(lambda x: (x + rng.normal(0, noise, x.shape)).astype("float32"))
    s.balanced, s.epochs, s.hidden = True, 20, (6,)


def _shuffle_labels(s: Setup, rng: Any) -> None:
    s.clean["y"] = {key: y for key, (_, y) in s.parts.items()}
    for key in ("train", "val"):
        x, y = s.parts[key]
        s.parts[key] = x, rng.permutation(y)


def _one_hot(s: Setup) -> None:
    many = int(max(y.max() for _, y in s.parts.values())) + 1
    s.map_y(lambda y: np.eye(many, dtype="float32")[y])


def _mse(s: Setup, rng: Any) -> None:
    if s.units > 1:
        _one_hot(s)
    s.loss, s.optimizer, s.rate, s.epochs = "mse", "SGD", 0.03, 25


def _cce_one_unit(s: Setup, rng: Any) -> None:
    s.map_y(lambda y: y.reshape(-1, 1).astype("float32"))
    s.loss = "categorical_crossentropy"


def _softmax_one_unit(s: Setup, rng: Any) -> None:
    s.last = "softmax"


def _from_logits(s: Setup, rng: Any) -> None:
    s.loss = (
        losses.SparseCategoricalCrossentropy(from_logits=True)
        if s.units > 1
        else losses.BinaryCrossentropy(from_logits=True)
    )
    s.optimizer, s.rate, s.epochs = "SGD", 0.05, 15


def _double_layer(s: Setup, rng: Any) -> None:
    s.last = lambda x: hornbeam.ops.softmax(hornbeam.ops.softmax(x))


def _schedule(s: Setup, rng: Any) -> None:
    s.rate = schedules.ExponentialDecay(s.rate if isinstance(s.rate, float) else 0.01, 4, 0.5)


def _sorted(s: Setup, rng: Any) -> None:
    x, y = s.parts["train"]
    order = np.argsort(y, kind="stable")
    s.parts["train"], s.shuffle, s.optimizer, s.rate, s.epochs = (x[order], y[order]), False, "SGD", 0.3, 8
    s.batch = 8


def _overfit(s: Setup, rng: Any) -> None:
    x, y = s.parts["train"]
    few = rng.permutation(len(x))[:60]
    y = y[few].copy()
    if s.kind == "classes":
        wrong = rng.random(len(y)) < 0.25
        y[wrong] = rng.permutation(y)[wrong]
    else:
        y = y + rng.normal(0, 1, len(y)).astype("float32")
    s.parts["train"] = x[few], y
    s.hidden, s.epochs, s.batch = (64, 64), 150, 16


def _two(s: Setup) -> None:
    many, columns = int(s.parts["train"][1].max()) + 1, s.parts["train"][0].shape[1]
    number = lambda x: (x @ np.linspace(-1, 1, columns)).astype("float32") / np.sqrt(columns)  # noqa: E731
    s.body, s.units, s.kind = "two_outputs", many, "classes numbers"
    s.parts = {key: (x, [y, number(x)]) for key, (x, y) in s.parts.items()}
    s.loss, s.metrics = ["sparse_categorical_crossentropy", "mse"], None


def _no_loss(s: Setup, rng: Any) -> None:
    _two(s)
    s.loss = {"classes": "sparse_categorical_crossentropy"}


def _large_loss(s: Setup, rng: Any) -> None:
    _two(s)
    s.loss_weights = {"classes": 1.0, "number": float(10 ** rng.uniform(3.5, 5))}
    s.optimizer, s.rate, s.options = "SGD", 0.05, {"global_clipnorm": 1.0}


def _split_columns(s: Setup, rng: Any) -> None:
    """What says most about the targets is in the second input."""
    x, y = s.parts["train"]
    known = np.abs(np.nan_to_num(np.corrcoef(x.T, y)[-1, :-1]))
    order, half = np.argsort(known), x.shape[1] // 2
    s.body = "two_inputs"
    s.map_x(lambda x: [x[:, order[:half]], x[:, order[half:]]])


def _unconnected(s: Setup, rng: Any) -> None:
    _split_columns(s, rng)
    s.clean["unconnected"] = True


def _slow_averages(s: Setup, rng: Any) -> None:
    s.map_x(lambda x: 2 * x + 4)
    s.momentum, s.epochs = 0.9999, 10


def _unmask(s: Setup, rng: Any) -> None:
    s.mask = False
    s.epochs = 12


FAULTS = [
    Fault("unscaled_inputs", _raw_columns, "tables"),
    Fault("unscaled_targets", _raw_targets, "numbers"),
    Fault("nan_inputs", _nan("x"), "tables"),
    Fault("nan_targets", _nan("y"), "numbers"),
    Fault("labels_out_of_range", _labels_from_one, "classes"),
    Fault("target_leak", _leak, "pima titanic wages diabetes circles irrigation"),
    Fault("train_val_leak", _same_rows, "pima titanic diabetes wages"),
    Fault("val_from_other_distribution", _sorted_split, "iris wine digits california diabetes"),
    Fault("class_imbalance", _rare, "circles banknote titanic"),
    Fault("shuffled_labels", _shuffle_labels, "tables"),
    Fault("wrong_loss_mse", _mse, "any_classes"),
    Fault("cce_one_unit", _cce_one_unit, "binary"),
    Fault("softmax_one_unit", _softmax_one_unit, "binary"),
    Fault("missing_output_activation", _set(last=None), "any_classes"),
    Fault("double_softmax", _from_logits, "any_classes"),
    Fault("sigmoid_output_regression", _set(last="sigmoid"), "numbers"),
    Fault("relu_output_regression", _set(last="relu"), "numbers"),
    Fault("relu_output_classification", _set(last="relu"), "classes"),
    Fault("wrong_loss_regression", _set(loss="hinge"), "numbers"),
    Fault("no_hidden_activation", _set(relu=None), "circles waves"),
    Fault("softmax_hidden", _set(relu="softmax", hidden=(16, 16, 16), rate=0.003), "tables"),
    Fault("metric_mismatch", _set(metrics=["accuracy"], last=None), "numbers"),
    Fault("lr_too_high", lambda s, rng: setattr(s, "rate", float(10 ** rng.uniform(0.5, 2))), "all"),
    Fault("lr_too_low", lambda s, rng: setattr(s, "rate", float(10 ** rng.uniform(-6, -4.7))), "all"),
    Fault("lr_decays_too_fast", _schedule, "tables"),
    Fault("vanishing_gradients", _set(relu="sigmoid", hidden=(16,) * 7), "tables"),
    Fault("exploding_gradients", _set(kernel=RandomNormal(stddev=6.0), hidden=(16,) * 5, rate=0.01), "tables"),
    Fault("dead_relu", _set(bias=hornbeam.initializers.Constant(-12.0)), "tables"),
    Fault("saturated_activations", _set(relu="tanh", kernel=RandomNormal(stddev=15.0)), "tables"),
    Fault("zero_init", _set(kernel="zeros"), "tables"),
    Fault("all_frozen", _set(frozen="all"), "tables"),
    Fault("frozen_body", _set(frozen=True, hidden=(2, 16)), "tables"),
    Fault("gradient_clipped", _set(optimizer="SGD", rate=0.05, options={"clipnorm": 1e-3}), "tables"),
    Fault("too_few_epochs", _set(epochs=2, rate=0.001), "all"),
    Fault("noisy_tiny_batch", _set(batch=1, optimizer="SGD", rate=0.5, epochs=6), "tables"),
    Fault("batchnorm_batch_1", _set(batch=1, momentum=0.9, epochs=6), "tables"),
    Fault("unshuffled_sorted_batches", _sorted, "digits circles titanic"),
    Fault("overfitting", _overfit, "diabetes wages california circles"),
    Fault("underfitting", _set(hidden=(1,), relu="tanh"), "circles digits s_curve"),
    Fault("too_much_l2", _set(l2=2.0), "tables"),
    Fault("too_much_dropout", _set(dropout=0.95, epochs=30), "tables"),
    Fault("batchnorm_statistics", _slow_averages, "tables"),
    Fault("output_without_loss", _no_loss, "any_classes"),
    Fault("unconnected_input", _unconnected, "iris california titanic circles"),
    Fault("no_gradient_to_weights", _set(stops=True, hidden=(2, 16)), "tables"),
    Fault("loss_weight_imbalance", _large_loss, "any_classes"),
    Fault("unmasked_padding", _unmask, "sentences"),
]
# The healthy twin of a fault that changes what is judged, or needs another body.
TWINS: dict[str, Callable[[Setup, Any], Any]] = {
    "train_val_leak": _few_by_heart,
    "class_imbalance": lambda s, rng: (_rare(s, rng), setattr(s, "class_weight", "balanced")),
    "output_without_loss": lambda s, rng: _two(s),
    "loss_weight_imbalance": lambda s, rng: _two(s),
    "unconnected_input": _split_columns,
    "overfitting": lambda s, rng: (_overfit(s, rng), setattr(s, "patience", 8)),
    "frozen_body": _set(hidden=(2, 16)),
    "no_gradient_to_weights": _set(hidden=(2, 16)),
    "double_softmax": _set(optimizer="SGD", rate=0.05, epochs=15),
    "wrong_loss_mse": _set(optimizer="SGD", rate=0.03, epochs=25),
    "unmasked_padding": lambda s, rng: setattr(s, "epochs", 12),
    "val_from_other_distribution": lambda s, rng: None,
}

# Of these little can be known, so that a fault hurts by chance: faults that are not about that are not put into them.
WEAK = ("pima", "wages")
# The tables whose outputs are of each kind.
KINDS = {
    "classes": ("iris", "wine", "digits"),
    "binary": ("breast_cancer", "banknote", "circles", "titanic"),
    "numbers": ("diabetes", "california", "s_curve"),
}
KINDS["any_classes"] = KINDS["classes"] + KINDS["binary"]
KINDS["tables"] = KINDS["any_classes"][:5] + KINDS["numbers"][:2]
KINDS["all"] = (*KINDS["tables"], "airline", "digit_images")
