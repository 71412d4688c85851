"""ResNet: blocks that add what they compute to what they got.

Source: He, Zhang, Ren and Sun 2015, Deep residual learning for image recognition.
"""

from __future__ import annotations

from typing import Any

from hornbeam import layers
from hornbeam.applications.building import Body, application, channel_axis
from hornbeam.applications.preprocessing import decode_predictions
from hornbeam.applications.preprocessing import preprocess_caffe as preprocess_input

__all__ = ["ResNet50", "ResNet101", "ResNet152", "decode_predictions", "preprocess_input"]

EPSILON = 1.001e-5
WIDTHS = (64, 128, 256, 512)  # of the blocks in each stage, which put out four times as many channels


def normalized(x: Any, name: str) -> Any:
    """Batch normalization, along the channels."""
    return layers.BatchNormalization(axis=channel_axis(), epsilon=EPSILON, name=name)(x)


def stem(x: Any, with_norm: bool) -> Any:
    """Images with a fourth of the rows and columns."""
    x = layers.ZeroPadding2D(3, name="conv1_pad")(x)
    x = layers.Conv2D(64, 7, strides=2, name="conv1_conv")(x)
    if with_norm:
        x = layers.Activation("relu", name="conv1_relu")(normalized(x, "conv1_bn"))
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    return layers.MaxPooling2D(3, strides=2, name="pool1_pool")(x)


def _block(x: Any, filters: int, strides: int, projects: bool, name: str) -> Any:
    def conv_bn(x: Any, i: int, filters: int, size: int = 1, strides: int = 1) -> Any:
        padding = "same" if size > 1 else "valid"
        x = layers.Conv2D(filters, size, strides=strides, padding=padding, name=f"{name}_{i}_conv")(x)
        return normalized(x, f"{name}_{i}_bn")

    shortcut = conv_bn(x, 0, 4 * filters, strides=strides) if projects else x
    x = layers.Activation("relu", name=f"{name}_1_relu")(conv_bn(x, 1, filters, strides=strides))
    x = layers.Activation("relu", name=f"{name}_2_relu")(conv_bn(x, 2, filters, 3))
    x = layers.Add(name=f"{name}_add")([shortcut, conv_bn(x, 3, 4 * filters)])
    return layers.Activation("relu", name=f"{name}_out")(x)


def _body(depths: tuple[int, ...]) -> Body:
    def body(x: Any) -> Any:
        x = stem(x, with_norm=True)
        for stage, (filters, depth) in enumerate(zip(WIDTHS, depths, strict=True), 2):
            for i in range(depth):
                strides = 2 if i == 0 and stage > 2 else 1
                x = _block(x, filters, strides, projects=i == 0, name=f"conv{stage}_block{i + 1}")
        return x

    return body


def _resnet(layer_count: int, depths: tuple[int, ...]) -> Any:
    summary = f"ResNet of {layer_count} layers."
    function, name = f"ResNet{layer_count}", f"resnet{layer_count}"
    return application(function, _body(depths), name=name, size=224, summary=summary, preprocess=preprocess_input)


ResNet50 = _resnet(50, (3, 4, 6, 3))
ResNet101 = _resnet(101, (3, 4, 23, 3))
ResNet152 = _resnet(152, (3, 8, 36, 3))
