"""DenseNet: each block gets what all blocks before it in its stage have computed.

Source: Huang, Liu, van der Maaten and Weinberger 2017, Densely connected convolutional networks.
"""

from __future__ import annotations

from typing import Any

from hornbeam import layers
from hornbeam.applications.building import Body, application, channel_axis
from hornbeam.applications.preprocessing import decode_predictions
from hornbeam.applications.preprocessing import preprocess_torch as preprocess_input

__all__ = ["DenseNet121", "DenseNet169", "DenseNet201", "decode_predictions", "preprocess_input"]

GROWTH = 32  # the channels that each block adds


def _relu_bn(x: Any, norm: str, relu: str) -> Any:
    x = layers.BatchNormalization(axis=channel_axis(), epsilon=1.001e-5, name=norm)(x)
    return layers.Activation("relu", name=relu)(x)


def _block(x: Any, name: str) -> Any:
    new = _relu_bn(x, f"{name}_0_bn", f"{name}_0_relu")
    new = layers.Conv2D(4 * GROWTH, 1, use_bias=False, name=f"{name}_1_conv")(new)
    new = _relu_bn(new, f"{name}_1_bn", f"{name}_1_relu")
    new = layers.Conv2D(GROWTH, 3, padding="same", use_bias=False, name=f"{name}_2_conv")(new)
    return layers.Concatenate(axis=channel_axis(), name=f"{name}_concat")([x, new])


def _transition(x: Any, name: str) -> Any:
    """Half of the channels, rows and columns."""
    x = _relu_bn(x, f"{name}_bn", f"{name}_relu")
    x = layers.Conv2D(x.shape[channel_axis()] // 2, 1, use_bias=False, name=f"{name}_conv")(x)
    return layers.AveragePooling2D(2, strides=2, name=f"{name}_pool")(x)


def _body(depths: tuple[int, ...]) -> Body:
    def body(x: Any) -> Any:
        x = layers.ZeroPadding2D(3)(x)
        x = layers.Conv2D(64, 7, strides=2, use_bias=False, name="conv1_conv")(x)
        x = layers.ZeroPadding2D(1)(_relu_bn(x, "conv1_bn", "conv1_relu"))
        x = layers.MaxPooling2D(3, strides=2, name="pool1")(x)
        for stage, depth in enumerate(depths, 2):
            for i in range(depth):
                x = _block(x, f"conv{stage}_block{i + 1}")
            x = _transition(x, f"pool{stage}") if stage < 5 else _relu_bn(x, "bn", "relu")
        return x

    return body


def _densenet(layer_count: int, depths: tuple[int, ...]) -> Any:
    summary = f"DenseNet of {layer_count} layers."
    function, name = f"DenseNet{layer_count}", f"densenet{layer_count}"
    return application(function, _body(depths), name=name, size=224, summary=summary, preprocess=preprocess_input)


DenseNet121 = _densenet(121, (6, 12, 24, 16))
DenseNet169 = _densenet(169, (6, 12, 32, 32))
DenseNet201 = _densenet(201, (6, 12, 48, 32))
