"""Each row of the table of Keras 1's arguments: a layer with the old one in a file is that with the new one."""

import json

import pytest

from hornbeam.core.old_names.keras1 import KERAS_1
from hornbeam.models import model_from_json

PLANE = {"nb_filter": 2, "nb_row": 2, "nb_col": 1}
SHAPES = {"Conv1D": (5, 2), "Conv2D": (5, 5, 2), "Conv3D": (5, 5, 5, 2), "Conv2DTranspose": (5, 5, 2)} | {
    "SeparableConv2D": (5, 5, 2),
    "ConvLSTM2D": (3, 5, 5, 2),
    "Embedding": (4,),
    "SimpleRNN": (4, 3),
    "LSTM": (4, 3),
    "GRU": (4, 3),
}
NEEDED = {
    "Dense": {"output_dim": 2},
    "Embedding": {"input_dim": 5, "output_dim": 2},
    "Conv1D": {"nb_filter": 2, "filter_length": 2},
    "LocallyConnected1D": {"nb_filter": 2, "filter_length": 2},
    "Conv2D": PLANE,
    "Conv2DTranspose": PLANE,
    "SeparableConv2D": PLANE,
    "LocallyConnected2D": PLANE,
    "ConvLSTM2D": PLANE,
    "Conv3D": {"nb_filter": 2, "kernel_dim1": 2, "kernel_dim2": 1, "kernel_dim3": 3},
    "SimpleRNN": {"output_dim": 2},
    "LSTM": {"output_dim": 2},
    "GRU": {"output_dim": 2},
    "GaussianNoise": {"sigma": 0.5},
    "SpatialDropout2D": {"p": 0.25},
    "SpatialDropout3D": {"p": 0.25},
}
REGULARIZER = {"name": "WeightRegularizer", "l1": 0.0, "l2": 0.5}
CONSTRAINT = {"name": "MaxNorm", "m": 3.0, "axis": 0}
# An old value of each argument, and what the layer of today has for it.
VALUES = {
    "init": ("one", "Ones"),
    "inner_init": ("orthogonal", "Orthogonal"),
    "gamma_init": ("zero", "Zeros"),
    "beta_init": ("one", "Ones"),
    "W_regularizer": (REGULARIZER, "L1L2"),
    "U_regularizer": (REGULARIZER, "L1L2"),
    "b_regularizer": (REGULARIZER, "L1L2"),
    "W_constraint": (CONSTRAINT, "MaxNorm"),
    "b_constraint": ({"name": "NonNeg"}, "NonNeg"),
    "bias": (False, False),
    "dim_ordering": ("tf", "channels_last"),
    "border_mode": ("valid", "valid"),
    "subsample": ([1, 1], 1),
    "subsample_length": (1, 1),
    "atrous_rate": (1, 1),
    "filter_length": (2, 2),
    "nb_filter": (2, 2),
    "nb_row": (2, 2),
    "nb_col": (1, 1),
    "kernel_dim1": (2, 2),
    "kernel_dim2": (1, 1),
    "kernel_dim3": (3, 3),
    "output_dim": (2, 2),
    "inner_activation": ("tanh", "tanh"),
    "dropout_W": (0.125, 0.125),
    "dropout_U": (0.25, 0.25),
    "pool_length": (2, 2),
    "stride": (2, 2),
    "length": (3, 3),
    "mode": (0, None),
    "alpha": (0.75, 0.75),
    "p": (0.25, 0.25),
    "sigma": (0.5, 0.5),
    "consume_less": ("gpu", None),
    "forget_bias_init": ("one", True),
}
ROWS = [
    pytest.param(name, old, new, id=f"{name}.{old}")
    for name, row in KERAS_1.items()
    for old, new in row.items()
    if name != "InputLayer"
]


def shape_of(name):
    rank = next((int(digit) for digit in "123" if name.endswith(f"{digit}D")), 0)
    return SHAPES.get(name, (6,) * rank + (2,))


def read(config):
    return model_from_json(json.dumps({**config, "keras_version": "1.2.2"}))


@pytest.mark.parametrize(("name", "old", "new"), ROWS)
def test_an_argument(name, old, new):
    value, wanted = VALUES[old]
    if name == "Conv3D" and old == "subsample":
        value = [1, 1, 1]
    given = {"name": "x", "batch_input_shape": [None, *shape_of(name)], **NEEDED.get(name, {}), old: value}
    if name == "ConvLSTM2D" and old == "output_dim":
        del given["nb_filter"]
    text = json.dumps(
        {"class_name": "Sequential", "config": [{"class_name": name, "config": given}], "keras_version": "1.2.2"}
    )
    layer = model_from_json(text).layers[0]
    for place in (new or "").split(", ") if new else ():
        attribute, _, index = place.partition("[")
        found = layer.get_config()[attribute]
        found = found[int(index[:-1])] if index else found
        if isinstance(found, list | tuple):
            assert set(found) == {wanted}
        else:
            assert (found["class_name"] if isinstance(found, dict) else found) == wanted


def test_an_input_layer():
    start = {"name": "i", "batch_input_shape": [None, 3], "input_dtype": "int32", "sparse": False}
    layers = [{"name": "i", "class_name": "InputLayer", "config": start, "inbound_nodes": []}]
    ends = {"input_layers": [["i", 0, 0]], "output_layers": [["i", 0, 0]]}
    text = json.dumps(
        {"class_name": "Model", "config": {"name": "m", "layers": layers, **ends}, "keras_version": "1.2.2"}
    )
    assert model_from_json(text).inputs[0].dtype == "int32"


def test_parts_keep_their_numbers():
    given = {
        "name": "x",
        "output_dim": 2,
        "batch_input_shape": [None, 3],
        "W_regularizer": REGULARIZER,
        "W_constraint": CONSTRAINT,
    }
    text = json.dumps(
        {"class_name": "Sequential", "config": [{"class_name": "Dense", "config": given}], "keras_version": "1.0"}
    )
    layer = model_from_json(text).layers[0]
    assert float(layer.kernel_regularizer.l2) == 0.5 and layer.kernel_constraint.max_value == 3.0
