"""What other libraries and books call losses, metrics and the like: for each public module, Hornbeam's names for it.

They only serve messages: nothing is looked up by them.
"""

from __future__ import annotations

from hornbeam.core.suggest import plain

_CROSSENTROPIES = ("sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy")

_ELSEWHERE: dict[str, dict[str, tuple[str, ...]]] = {
    "keras.losses": {
        "crossentropy": _CROSSENTROPIES,
        "cross_entropy_loss": _CROSSENTROPIES,
        "softmax_crossentropy": _CROSSENTROPIES[:2],
        "sparse_crossentropy": _CROSSENTROPIES[:1],
        "nll": _CROSSENTROPIES[:1],
        "nll_loss": _CROSSENTROPIES[:1],
        "log_loss": ("binary_crossentropy", "categorical_crossentropy"),
        "sigmoid_crossentropy": ("binary_crossentropy",),
        "bce_with_logits": ("binary_crossentropy",),
        "l1": ("mean_absolute_error",),
        "l2": ("mean_squared_error",),
        "smooth_l1": ("huber",),
        "focal": ("binary_focal_crossentropy", "categorical_focal_crossentropy"),
        "rmse": ("mean_squared_error",),
    },
    "keras.metrics": {
        "accuracy_score": ("accuracy",),
        "categorical_acc": ("categorical_accuracy",),
        "binary_acc": ("binary_accuracy",),
        "f1": ("f1_score",),
        "fmeasure": ("f1_score",),
        "r2": ("r2_score",),
        "roc_auc": ("auc",),
        "top_5": ("top_k_categorical_accuracy", "sparse_top_k_categorical_accuracy"),
        "top_k": ("top_k_categorical_accuracy", "sparse_top_k_categorical_accuracy"),
        "top_5_accuracy": ("top_k_categorical_accuracy", "sparse_top_k_categorical_accuracy"),
        "top_k_accuracy": ("top_k_categorical_accuracy", "sparse_top_k_categorical_accuracy"),
    },
    "keras.optimizers": {
        "momentum": ("sgd",),
        "nesterov": ("sgd",),
        "gradient_descent": ("sgd",),
    },
    "keras.activations": {
        "identity": ("linear",),
        "none": ("linear",),
        "logistic": ("sigmoid",),
        "prelu": ("leaky_relu",),
        "gelu_new": ("gelu",),
    },
    "keras.initializers": {
        "xavier": ("glorot_uniform", "glorot_normal"),
        "xavier_uniform": ("glorot_uniform",),
        "xavier_normal": ("glorot_normal",),
        "kaiming": ("he_uniform", "he_normal"),
        "kaiming_uniform": ("he_uniform",),
        "kaiming_normal": ("he_normal",),
        "he": ("he_normal", "he_uniform"),
        "lecun": ("lecun_normal", "lecun_uniform"),
        "gaussian": ("random_normal",),
        "eye": ("identity",),
    },
    "keras.regularizers": {"ridge": ("l2",), "lasso": ("l1",), "elastic_net": ("l1_l2",), "weight_decay": ("l2",)},
    "keras.constraints": {"positive": ("non_neg",), "nonnegative": ("non_neg",), "unit": ("unit_norm",)},
    "keras.layers": {
        "Conv": ("Conv1D", "Conv2D", "Conv3D"),
        "BatchNorm": ("BatchNormalization",),
        "LayerNorm": ("LayerNormalization",),
        "MaxPool": ("MaxPooling1D", "MaxPooling2D", "MaxPooling3D"),
        "AvgPool": ("AveragePooling1D", "AveragePooling2D", "AveragePooling3D"),
    },
}


def meant_elsewhere(module: str, name: str) -> tuple[str, ...]:
    """Hornbeam's names, in a public module, for what others call `name`; none if that is not known.

    >>> meant_elsewhere("keras.initializers", "XavierUniform")
    ('glorot_uniform',)
    """
    known = {plain(theirs): ours for theirs, ours in _ELSEWHERE.get(module, {}).items()}
    return known.get(plain(name), ())
