"""Old names of classes and functions, for each public module.

Keras 3 still takes the names in SHORT where it takes a name (`loss="mse"`), so that nothing is said about them. Those
in IN_FILES were written to files, not by users.
"""

from __future__ import annotations

_SHORT_LOSSES = {
    "mse": "mean_squared_error",
    "MSE": "mean_squared_error",
    "mae": "mean_absolute_error",
    "MAE": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "MAPE": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "MSLE": "mean_squared_logarithmic_error",
    "bce": "binary_crossentropy",
    "BCE": "binary_crossentropy",
    "kld": "kl_divergence",
    "KLD": "kl_divergence",
}
_OLD_LOSSES = {
    "kullback_leibler_divergence": "kl_divergence",
    "logcosh": "log_cosh",
    "cosine": "cosine_similarity",
    "cosine_proximity": "cosine_similarity",
}

SHORT: dict[str, dict[str, str]] = {
    "keras.losses": _SHORT_LOSSES,
    "keras.metrics": _SHORT_LOSSES,
    "keras.initializers": {"zero": "Zeros", "one": "Ones", "normal": "RandomNormal", "uniform": "RandomUniform"},
    "keras.optimizers": {
        "sgd": "SGD",
        "rmsprop": "RMSprop",
        "adam": "Adam",
        "adamax": "Adamax",
        "nadam": "Nadam",
        "adagrad": "Adagrad",
        "adadelta": "Adadelta",
    },
}
OLD: dict[str, dict[str, str]] = {
    "keras.losses": _OLD_LOSSES | {"huber_loss": "huber"},
    "keras.metrics": _OLD_LOSSES,
    "keras.layers": {
        "CuDNNLSTM": "LSTM",
        "CuDNNGRU": "GRU",
        "ConvRecurrent2D": "ConvLSTM2D",
        "AtrousConvolution1D": "Conv1D",
        "AtrousConv1D": "Conv1D",
        "AtrousConv2D": "Conv2D",
        "Deconv2D": "Conv2DTranspose",
        "Deconv3D": "Conv3DTranspose",
        "AtrousConvolution2D": "Conv2D",
        "Deconvolution2D": "Conv2DTranspose",
        "Deconvolution3D": "Conv3DTranspose",
    },
    "keras.optimizers": {"OptimizerV2": "Optimizer"},
    "keras.regularizers": {"l1l2": "l1_l2", "activity_l1": "l1", "activity_l2": "l2", "activity_l1l2": "l1_l2"},
    "keras.constraints": {"maxnorm": "MaxNorm", "nonneg": "NonNeg", "unitnorm": "UnitNorm"},
}

_POLICIES = {"Policy": "DTypePolicy", "PolicyV1": "DTypePolicy"}
IN_FILES: dict[str, dict[str, str]] = {
    "keras": _POLICIES,
    "keras.dtype_policies": _POLICIES,
    "keras.layers": {
        "BatchNormalizationV1": "BatchNormalization",
        "BatchNormalizationV2": "BatchNormalization",
        "SyncBatchNormalization": "BatchNormalization",
        **{f"{name}{of_tf}": name for name in ("LSTM", "GRU") for of_tf in ("V1", "V2")},
        "UnifiedLSTM": "LSTM",
        "UnifiedGRU": "GRU",
    },
    "keras.src.layers.preprocessing.feature_space": {"TFDIdentity": "Identity", "TFDConcat": "Concatenate"},
}
