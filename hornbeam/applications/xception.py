"""Xception: separable convolutions, and shortcuts over each two or three of them.

Source: Chollet 2017, Xception: deep learning with depthwise separable convolutions.
"""

from __future__ import annotations

from typing import Any

from hornbeam import layers
from hornbeam.applications.building import application, channel_axis
from hornbeam.applications.preprocessing import decode_predictions
from hornbeam.applications.preprocessing import preprocess_tf as preprocess_input

__all__ = ["Xception", "decode_predictions", "preprocess_input"]


def _norm(x: Any, name: str | None = None) -> Any:
    return layers.BatchNormalization(axis=channel_axis(), name=name)(x)


def _relu(x: Any, name: str) -> Any:
    return layers.Activation("relu", name=f"{name}_act")(x)


def _separable(x: Any, filters: int, name: str) -> Any:
    x = layers.SeparableConv2D(filters, 3, padding="same", use_bias=False, name=name)(x)
    return _norm(x, f"{name}_bn")


def _conv(x: Any, filters: int, strides: int, name: str) -> Any:
    x = layers.Conv2D(filters, 3, strides=strides, use_bias=False, name=name)(x)
    return _relu(_norm(x, f"{name}_bn"), name)


def _reduction(x: Any, widths: tuple[int, int], name: str) -> Any:
    """Half of the rows and columns."""
    shortcut = layers.Conv2D(widths[1], 1, strides=2, padding="same", use_bias=False)(x)
    shortcut = _norm(shortcut)
    for i, filters in enumerate(widths, 1):
        x = x if name == "block2" and i == 1 else _relu(x, f"{name}_sepconv{i}")
        x = _separable(x, filters, f"{name}_sepconv{i}")
    x = layers.MaxPooling2D(3, strides=2, padding="same", name=f"{name}_pool")(x)
    return layers.Add()([x, shortcut])


def _middle(x: Any, name: str) -> Any:
    shortcut = x
    for i in (1, 2, 3):
        x = _separable(_relu(x, f"{name}_sepconv{i}"), 728, f"{name}_sepconv{i}")
    return layers.Add()([x, shortcut])


def _body(x: Any) -> Any:
    x = _conv(x, 32, 2, "block1_conv1")
    x = _conv(x, 64, 1, "block1_conv2")
    for block, filters in ((2, 128), (3, 256), (4, 728)):
        x = _reduction(x, (filters, filters), f"block{block}")
    for block in range(5, 13):
        x = _middle(x, f"block{block}")
    x = _reduction(x, (728, 1024), "block13")
    for i, filters in enumerate((1536, 2048), 1):
        name = f"block14_sepconv{i}"
        x = _relu(_separable(x, filters, name), name)
    return x


Xception = application(
    "Xception",
    _body,
    name="xception",
    size=299,
    least=71,
    preprocess=preprocess_input,
    summary="Xception: separable convolutions.",
    pool_names=(None, None),
)
