"""Inception v3: blocks of several convolutions side by side, large ones factored into rows and columns.

Source: Szegedy, Vanhoucke, Ioffe, Shlens and Wojna 2016, Rethinking the Inception architecture for computer vision.
"""

from __future__ import annotations

from typing import Any

from hornbeam import layers
from hornbeam.applications.building import application, channel_axis
from hornbeam.applications.preprocessing import decode_predictions
from hornbeam.applications.preprocessing import preprocess_tf as preprocess_input

__all__ = ["InceptionV3", "decode_predictions", "preprocess_input"]

#: A convolution: its filters, and its rows and columns.
Conv = tuple[int, Any]


def conv_bn(x: Any, filters: int, size: Any, strides: int = 1, padding: str = "same") -> Any:
    """A convolution, normalized but not scaled, then ReLU."""
    x = layers.Conv2D(filters, size, strides=strides, padding=padding, use_bias=False)(x)
    x = layers.BatchNormalization(axis=channel_axis(), scale=False)(x)
    return layers.Activation("relu")(x)


def in_a_row(x: Any, *convs: Conv) -> Any:
    """One convolution after the other."""
    for filters, size in convs:
        x = conv_bn(x, filters, size)
    return x


def joined(branches: list[Any], name: str | None = None) -> Any:
    """The channels of all branches."""
    return layers.Concatenate(axis=channel_axis(), name=name)(branches)


def averaged(x: Any, filters: int) -> Any:
    """The branch that averages over 3 rows and columns first."""
    return conv_bn(layers.AveragePooling2D(3, strides=1, padding="same")(x), filters, 1)


def stem(x: Any) -> Any:
    """Images with an eighth of the rows and columns."""
    x = conv_bn(x, 32, 3, strides=2, padding="valid")
    x = conv_bn(x, 32, 3, padding="valid")
    x = conv_bn(x, 64, 3)
    x = layers.MaxPooling2D(3, strides=2)(x)
    x = conv_bn(x, 80, 1, padding="valid")
    x = conv_bn(x, 192, 3, padding="valid")
    return layers.MaxPooling2D(3, strides=2)(x)


def mixed_35(x: Any, first: int, last: int, name: str) -> Any:
    """The block of 35 rows and columns, with `first` and `last` filters in its first and last branch."""
    one = conv_bn(x, first, 1)
    five = in_a_row(x, (48, 1), (64, 5))
    three = in_a_row(x, (64, 1), (96, 3), (96, 3))
    return joined([one, five, three, averaged(x, last)], name)


def _mixed_17(x: Any, inner: int, name: str) -> Any:
    one = conv_bn(x, 192, 1)
    seven = in_a_row(x, (inner, 1), (inner, (1, 7)), (192, (7, 1)))
    twice = in_a_row(x, (inner, 1), (inner, (7, 1)), (inner, (1, 7)), (inner, (7, 1)), (192, (1, 7)))
    return joined([one, seven, twice, averaged(x, 192)], name)


def _forked(x: Any, name: str | None) -> Any:
    return joined([conv_bn(x, 384, (1, 3)), conv_bn(x, 384, (3, 1))], name)


def _mixed_8(x: Any, i: int) -> Any:
    one = conv_bn(x, 320, 1)
    three = _forked(conv_bn(x, 384, 1), f"mixed9_{i}")
    twice = _forked(in_a_row(x, (448, 1), (384, 3)), None)
    return joined([one, three, twice, averaged(x, 192)], f"mixed{9 + i}")


def halved(x: Any, *branches: tuple[Conv, ...], name: str) -> Any:
    """Half of the rows and columns: the last convolution of each branch takes every second."""
    ends = [
        conv_bn(in_a_row(x, *convs), filters, size, strides=2, padding="valid") for *convs, (filters, size) in branches
    ]
    return joined([*ends, layers.MaxPooling2D(3, strides=2)(x)], name)


def _body(x: Any) -> Any:
    x = stem(x)
    for i, last in enumerate((32, 64, 64)):
        x = mixed_35(x, 64, last, f"mixed{i}")
    x = halved(x, ((384, 3),), ((64, 1), (96, 3), (96, 3)), name="mixed3")
    for i, inner in enumerate((128, 160, 160, 192), 4):
        x = _mixed_17(x, inner, f"mixed{i}")
    x = halved(x, ((192, 1), (320, 3)), ((192, 1), (192, (1, 7)), (192, (7, 1)), (192, 3)), name="mixed8")
    return _mixed_8(_mixed_8(x, 0), 1)


InceptionV3 = application(
    "InceptionV3",
    _body,
    name="inception_v3",
    size=299,
    least=75,
    preprocess=preprocess_input,
    summary="Inception v3: convolutions of several sizes side by side.",
    pool_names=(None, None),
)
