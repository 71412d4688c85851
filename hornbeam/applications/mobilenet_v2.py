"""MobileNet v2: blocks that widen, convolve each channel by itself, and narrow again without an activation.

Source: Sandler, Howard, Zhu, Zhmoginov and Chen 2018, MobileNetV2: inverted residuals and linear bottlenecks.
"""

from __future__ import annotations

from typing import Any

from hornbeam import layers
from hornbeam.applications.building import assemble, channel_axis
from hornbeam.applications.mobile import checked_alpha, divisible, padded_for_strides, pretrained_size
from hornbeam.applications.preprocessing import decode_predictions
from hornbeam.applications.preprocessing import preprocess_tf as preprocess_input
from hornbeam.models import Functional

__all__ = ["MobileNetV2", "decode_predictions", "preprocess_input"]

#: How much a block widens, its filters, how many there are in a row, and the strides of the first.
STAGES = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))


def _norm(x: Any, name: str) -> Any:
    return layers.BatchNormalization(axis=channel_axis(), epsilon=1e-3, momentum=0.999, name=name)(x)


def _relu6(x: Any, name: str) -> Any:
    return layers.ReLU(6.0, name=name)(x)


def _pointwise(x: Any, filters: int, name: str) -> Any:
    return layers.Conv2D(filters, 1, padding="same", use_bias=False, name=name)(x)


def _block(x: Any, expansion: int, filters: int, strides: int, prefix: str) -> Any:
    shortcut = x
    channels = x.shape[channel_axis()]
    if expansion > 1:
        x = _norm(_pointwise(x, expansion * channels, f"{prefix}_expand"), f"{prefix}_expand_BN")
        x = _relu6(x, f"{prefix}_expand_relu")
    if strides == 2:
        x = padded_for_strides(x, 3, f"{prefix}_pad")
    padding = "same" if strides == 1 else "valid"
    x = layers.DepthwiseConv2D(3, strides=strides, padding=padding, use_bias=False, name=f"{prefix}_depthwise")(x)
    x = _relu6(_norm(x, f"{prefix}_depthwise_BN"), f"{prefix}_depthwise_relu")
    x = _norm(_pointwise(x, filters, f"{prefix}_project"), f"{prefix}_project_BN")
    return layers.Add(name=f"{prefix}_add")([shortcut, x]) if channels == filters and strides == 1 else x


def _body(x: Any, alpha: float) -> Any:
    x = layers.Conv2D(divisible(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="Conv1")(x)
    x = _relu6(_norm(x, "bn_Conv1"), "Conv1_relu")
    block = 0
    for expansion, filters, depth, strides in STAGES:
        for i in range(depth):
            prefix = f"block_{block}" if block else "expanded_conv"
            x = _block(x, expansion, divisible(filters * alpha), strides if i == 0 else 1, prefix)
            block += 1
    x = layers.Conv2D(divisible(1280 * alpha) if alpha > 1 else 1280, 1, use_bias=False, name="Conv_1")(x)
    return _relu6(_norm(x, "Conv_1_bn"), "out_relu")


def _top(x: Any, classes: int, activation: Any) -> Any:
    x = layers.GlobalAveragePooling2D()(x)
    return layers.Dense(classes, activation=activation, name="predictions")(x)


def MobileNetV2(
    input_shape: Any = None,
    alpha: float = 1.0,
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str | None = None,
) -> Functional:
    """MobileNet v2: blocks that widen, compute and narrow again.

    Args:
        input_shape, include_top, weights, input_tensor, pooling, classes, classifier_activation, name: see
            `ResNet50`; published weights are for images of 96, 128, 160, 192 and 224 rows and columns.
        alpha: how wide it is: a factor of all filters; published weights are of 0.35, 0.5, 0.75, 1, 1.3 and 1.4.

    Raises:
        ValueError: for arguments that do not fit together, and for weights that do not fit the model.
    """
    checked_alpha(alpha, weights, (0.35, 0.5, 0.75, 1.0, 1.3, 1.4))
    size = pretrained_size(input_shape, input_tensor, (96, 128, 160, 192, 224))
    return assemble(
        lambda x: _body(x, alpha),
        include_top=include_top,
        weights=weights,
        input_tensor=input_tensor,
        input_shape=input_shape,
        pooling=pooling,
        classes=classes,
        classifier_activation=classifier_activation,
        name=name or f"mobilenetv2_{alpha:.2f}_{size.of_name}",
        size=size.of_weights,
        key=f"mobilenetv2_{alpha:.2f}_{size.of_weights}",
        preprocess=preprocess_input,
        top=_top,
        pool_names=(None, None),
    )
