"""The arguments of Keras 1's layers: for each class, the old name and what it is now, as in arguments.py.

PARTS     regularizers and constraints, whose configs had their name among the arguments: their class today, and the
          arguments that are called otherwise
PLACES    what they were by place, where that is otherwise today: for calls with an old name among the arguments
"""

from __future__ import annotations

Row = dict[str, str | None]

_WEIGHTS: Row = {
    "init": "kernel_initializer",
    "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "b_constraint": "bias_constraint",
    "bias": "use_bias",
}
_IMAGES: Row = {"dim_ordering": "data_format", "border_mode": "padding", "subsample": "strides"}
_LINES: Row = {
    "nb_filter": "filters",
    "filter_length": "kernel_size",
    "border_mode": "padding",
    "subsample_length": "strides",
    "atrous_rate": "dilation_rate",
}
_CONV_2D: Row = {
    **_WEIGHTS,
    **_IMAGES,
    "nb_filter": "filters",
    "nb_row": "kernel_size[0]",
    "nb_col": "kernel_size[1]",
    "atrous_rate": "dilation_rate",
}
_CONV_3D: Row = {
    **_WEIGHTS,
    **_IMAGES,
    "nb_filter": "filters",
    "kernel_dim1": "kernel_size[0]",
    "kernel_dim2": "kernel_size[1]",
    "kernel_dim3": "kernel_size[2]",
}
_RECURRENT: Row = {
    "output_dim": "units",
    "init": "kernel_initializer",
    "inner_init": "recurrent_initializer",
    "W_regularizer": "kernel_regularizer",
    "U_regularizer": "recurrent_regularizer",
    "b_regularizer": "bias_regularizer",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
    "consume_less": None,
}
_WITHOUT_GATES: Row = {"inner_activation": None, "forget_bias_init": None}
_FORGET: Row = {"forget_bias_init": "unit_forget_bias"}
_GATED: Row = {**_RECURRENT, "inner_activation": "recurrent_activation"}
_POOL_1D: Row = {"pool_length": "pool_size", "stride": "strides", "border_mode": "padding"}
_POOL: Row = {"dim_ordering": "data_format", "border_mode": "padding"}
_ORDERED: Row = {"dim_ordering": "data_format"}

KERAS_1: dict[str, Row] = {
    "InputLayer": {"input_dtype": "dtype"},
    "Dense": {**_WEIGHTS, "output_dim": "units"},
    "Embedding": {
        "init": "embeddings_initializer",
        "W_regularizer": "embeddings_regularizer",
        "W_constraint": "embeddings_constraint",
    },
    "Conv1D": {**_WEIGHTS, **_LINES},
    "Conv2D": _CONV_2D,
    "Conv3D": _CONV_3D,
    "Conv2DTranspose": {key: value for key, value in _CONV_2D.items() if key != "atrous_rate"},
    "SeparableConv2D": {
        **{key: value for key, value in _CONV_2D.items() if key[:2] not in ("W_", "in")},
        "init": "depthwise_initializer, pointwise_initializer",
    },
    "LocallyConnected1D": {**_WEIGHTS, **{k: v for k, v in _LINES.items() if k != "atrous_rate"}},
    "LocallyConnected2D": {key: value for key, value in _CONV_2D.items() if key != "atrous_rate"},
    "SimpleRNN": {**_RECURRENT, **_WITHOUT_GATES},
    "LSTM": {**_GATED, **_FORGET},
    "GRU": {**_GATED, "forget_bias_init": None},
    "MaxPooling1D": _POOL_1D,
    "AveragePooling1D": _POOL_1D,
    "MaxPooling2D": _POOL,
    "AveragePooling2D": _POOL,
    "MaxPooling3D": _POOL,
    "AveragePooling3D": _POOL,
    "GlobalMaxPooling2D": _ORDERED,
    "GlobalAveragePooling2D": _ORDERED,
    "GlobalMaxPooling3D": _ORDERED,
    "GlobalAveragePooling3D": _ORDERED,
    "UpSampling1D": {"length": "size"},
    "UpSampling2D": _ORDERED,
    "UpSampling3D": _ORDERED,
    "ZeroPadding2D": _ORDERED,
    "ZeroPadding3D": _ORDERED,
    "Cropping2D": _ORDERED,
    "Cropping3D": _ORDERED,
    "Dropout": {"p": "rate"},
    "SpatialDropout1D": {"p": "rate"},
    "SpatialDropout2D": {"p": "rate", **_ORDERED},
    "SpatialDropout3D": {"p": "rate", **_ORDERED},
    "GaussianDropout": {"p": "rate"},
    "GaussianNoise": {"sigma": "stddev"},
    "ConvLSTM2D": {**_CONV_2D, **_GATED, **_FORGET, "output_dim": "filters"},
    "PReLU": {"init": "alpha_initializer"},
    "BatchNormalization": {
        "gamma_init": "gamma_initializer",
        "beta_init": "beta_initializer",
        "mode": None,
    },
    "LeakyReLU": {"alpha": "negative_slope"},
    "ReLU": {"alpha": "negative_slope"},
}

PARTS: dict[str, tuple[str, dict[str, str]]] = {
    "WeightRegularizer": ("L1L2", {}),
    "ActivityRegularizer": ("L1L2", {}),
    "L1L2Regularizer": ("L1L2", {}),
    "MaxNorm": ("MaxNorm", {"m": "max_value"}),
    "NonNeg": ("NonNeg", {}),
    "UnitNorm": ("UnitNorm", {}),
}

_PLANE = ("nb_filter", "nb_row", "nb_col")
PLACES: dict[str, tuple[str, ...]] = {
    "Conv2D": _PLANE,
    "Conv2DTranspose": _PLANE,
    "SeparableConv2D": _PLANE,
    "LocallyConnected2D": _PLANE,
    "ConvLSTM2D": _PLANE,
    "Conv3D": ("nb_filter", "kernel_dim1", "kernel_dim2", "kernel_dim3"),
}
