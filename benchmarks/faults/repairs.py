"""The repairs: what each finding says to do, done."""

from __future__ import annotations

from typing import Any

import numpy as np

from faults.setup import Setup
from hornbeam import losses


def repair(s: Setup, finding: Any) -> Setup | None:
    """A copy of a setup after the fix of a finding; `None` where there is none that code could follow."""
    s = s.copy()
    change = REPAIRS.get(finding.name)
    if change is None:
        return None
    change(s, finding)
    return s


def _scale_inputs(s: Setup, f: Any) -> None:
    x = np.asarray(s.parts["train"][0])
    axes = tuple(range(x.ndim - 1))
    mean, deviation = x.mean(axes), x.std(axes) + 1e-9
    s.map_x(lambda x: ((x - mean) / deviation).astype("float32"))


def _scale_targets(s: Setup, f: Any) -> None:
    y = s.parts["train"][1]
    mean, deviation = y.mean(), y.std()
    s.map_y(lambda y: ((y - mean) / deviation).astype("float32"))


def _drop_rows(s: Setup, f: Any) -> None:
    x, y = s.parts["train"]
    good = np.isfinite(x.reshape(len(x), -1)).all(1) & np.isfinite(y.reshape(len(y), -1)).all(1)
    y = y[good].astype(int) if s.kind == "classes" else y[good]
    s.parts["train"] = x[good], y


def _labels_from_zero(s: Setup, f: Any) -> None:
    least = s.parts["train"][1].min()
    s.map_y(lambda y: y - least)


def _drop_column(s: Setup, f: Any) -> None:
    s.map_x(lambda x: np.delete(x, f.values["column"], axis=1))


def _split_again(s: Setup, f: Any) -> None:
    """One split of shuffled rows that occur once."""
    if "val" in s.clean:
        s.parts["val"] = s.clean["val"]
        return
    x, y = s.parts["train"]
    order = np.random.default_rng(0).permutation(len(x))
    s.parts["train"] = x[order], y[order]


def _pair_again(s: Setup, f: Any) -> None:
    if "y" in s.clean:
        s.parts = {key: (x, s.clean["y"][key]) for key, (x, _) in s.parts.items()}


def _crossentropy(s: Setup, f: Any) -> None:
    y = s.parts["train"][1]
    if s.units == 1:
        s.last, s.loss = "sigmoid", "binary_crossentropy"
    else:
        s.last = "softmax"
        s.loss = "categorical_crossentropy" if y.ndim == 2 else "sparse_categorical_crossentropy"


def _linear_end(s: Setup, f: Any) -> None:
    s.last, s.loss = None, "mse"


def _rate(s: Setup, f: Any) -> None:
    s.rate = f.values["learning_rate"]


def _usual_weights(s: Setup, f: Any) -> None:
    s.kernel, s.bias = ("he_normal" if s.relu == "relu" else "glorot_uniform"), "zeros"


def _relu(s: Setup, f: Any) -> None:
    s.relu = "relu"
    s.kernel = "he_normal"


def _clip(s: Setup, f: Any) -> None:
    s.options = {}


def _connect(s: Setup, f: Any) -> None:
    s.clean.pop("unconnected", None)


def _dead(s: Setup, f: Any) -> None:
    s.relu, s.kernel, s.bias = "leaky_relu", "he_normal", "zeros"


def _lower_weights(s: Setup, f: Any) -> None:
    weights = {"classes": 1.0, "number": 1.0}
    times, most = f.values["times"], f.values["most"]
    weights = dict(s.loss_weights or weights)
    weights[most] /= times
    s.loss_weights, s.options = weights, {}


def _all_losses(s: Setup, f: Any) -> None:
    s.loss = ["sparse_categorical_crossentropy", "mse"]


def _set(**values: Any) -> Any:
    def change(s: Setup, f: Any) -> None:
        for key, value in values.items():
            setattr(s, key, value)

    return change


def _exploding(s: Setup, f: Any) -> None:
    s.options = {"clipnorm": 1.0}
    s.kernel = "he_normal"


REPAIRS = {
    "unscaled_inputs": _scale_inputs,
    "unscaled_targets": _scale_targets,
    "nan_inputs": _drop_rows,
    "nan_targets": _drop_rows,
    "labels_out_of_range": _labels_from_zero,
    "target_leak": _drop_column,
    "train_val_leak": _split_again,
    "val_from_other_distribution": _split_again,
    "class_imbalance": _set(class_weight="balanced"),
    "shuffled_labels": _pair_again,
    "wrong_loss_mse": _crossentropy,
    "cce_one_unit": _crossentropy,
    "softmax_one_unit": _crossentropy,
    "missing_output_activation": _crossentropy,
    "relu_output_classification": _crossentropy,
    "double_softmax": _crossentropy,
    "sigmoid_output_regression": _linear_end,
    "relu_output_regression": _linear_end,
    "wrong_loss_regression": _linear_end,
    "no_hidden_activation": _set(relu="relu"),
    "softmax_hidden": _set(relu="relu"),
    "metric_mismatch": _set(metrics=["mae"]),
    "lr_too_high": _rate,
    "lr_too_low": _rate,
    "lr_decays_too_fast": _rate,
    "vanishing_gradients": _relu,
    "exploding_gradients": _exploding,
    "dead_relu": _dead,
    "saturated_activations": _usual_weights,
    "zero_init": _set(kernel="glorot_uniform"),
    "all_frozen": _set(frozen=False),
    "frozen_body": _set(frozen=False),
    "gradient_clipped": _clip,
    "too_few_epochs": lambda s, f: setattr(s, "epochs", f.values["epochs"]),
    "noisy_tiny_batch": _set(batch=32, epochs=40),
    "batchnorm_batch_1": _set(batch=32, epochs=40),
    "unshuffled_sorted_batches": _set(shuffle=True),
    "overfitting": _set(patience=8),
    "underfitting": _set(hidden=(64, 64)),
    "too_much_l2": lambda s, f: setattr(s, "l2", f.values["factor"] / 100),
    "too_much_dropout": _set(dropout=0.2),
    "batchnorm_statistics": lambda s, f: setattr(s, "momentum", f.values["momentum"]),
    "output_without_loss": _all_losses,
    "unconnected_input": _connect,
    "no_gradient_to_weights": _set(stops=False),
    "loss_weight_imbalance": _lower_weights,
    "unmasked_padding": _set(mask=True),
}
_ = losses
