"""MobileNet: each channel by itself over rows and columns, then all channels at each place.

Source: Howard, Zhu, Chen, Kalenichenko, Wang, Weyand, Andreetto and Adam 2017, MobileNets.
"""

from __future__ import annotations

from typing import Any

from hornbeam import layers
from hornbeam.applications.building import assemble, channel_axis
from hornbeam.applications.mobile import checked_alpha, pretrained_size
from hornbeam.applications.preprocessing import decode_predictions
from hornbeam.applications.preprocessing import preprocess_tf as preprocess_input
from hornbeam.models import Functional

__all__ = ["MobileNet", "decode_predictions", "preprocess_input"]

#: The filters, and the strides, of each block.
BLOCKS = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1))


def _bn_relu6(x: Any, name: str) -> Any:
    x = layers.BatchNormalization(axis=channel_axis(), name=f"{name}_bn")(x)
    return layers.ReLU(6.0, name=f"{name}_relu")(x)


def _block(x: Any, filters: int, strides: int, multiplier: int, i: int) -> Any:
    if strides > 1:
        x = layers.ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{i}")(x)
    depthwise = layers.DepthwiseConv2D(
        3,
        strides=strides,
        padding="same" if strides == 1 else "valid",
        depth_multiplier=multiplier,
        use_bias=False,
        name=f"conv_dw_{i}",
    )
    x = _bn_relu6(depthwise(x), f"conv_dw_{i}")
    x = layers.Conv2D(filters, 1, padding="same", use_bias=False, name=f"conv_pw_{i}")(x)
    return _bn_relu6(x, f"conv_pw_{i}")


def MobileNet(
    input_shape: Any = None,
    alpha: float = 1.0,
    depth_multiplier: int = 1,
    dropout: float = 0.001,
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str | None = None,
) -> Functional:
    """MobileNet: convolutions of each channel by itself.

    Args:
        input_shape, include_top, weights, input_tensor, pooling, classes, classifier_activation, name: see
            `ResNet50`; published weights are for images of 128, 160, 192 and 224 rows and columns.
        alpha: how wide it is: a factor of all filters; published weights are of 0.25, 0.5, 0.75 and 1.
        depth_multiplier: how many filters each channel has by itself.
        dropout: before the classifier.

    Raises:
        ValueError: for arguments that do not fit together, and for weights that do not fit the model.
    """
    checked_alpha(alpha, weights, (0.25, 0.5, 0.75, 1.0))
    size = pretrained_size(input_shape, input_tensor, (128, 160, 192, 224))
    if weights == "imagenet" and depth_multiplier != 1:
        raise ValueError(
            f"The published weights are of `depth_multiplier=1`. Received: {depth_multiplier}; pass `weights=None`."
        )

    def body(x: Any) -> Any:
        x = layers.Conv2D(int(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="conv1")(x)
        x = _bn_relu6(x, "conv1")
        for i, (filters, strides) in enumerate(BLOCKS, 1):
            x = _block(x, int(filters * alpha), strides, depth_multiplier, i)
        return x

    def top(x: Any, classes: int, activation: Any) -> Any:
        x = layers.GlobalAveragePooling2D(keepdims=True)(x)
        x = layers.Dropout(dropout, name="dropout")(x)
        x = layers.Conv2D(classes, 1, padding="same", name="conv_preds")(x)
        x = layers.Reshape((classes,), name="reshape_2")(x)
        return layers.Activation(activation, name="predictions")(x)

    return assemble(
        body,
        include_top=include_top,
        weights=weights,
        input_tensor=input_tensor,
        input_shape=input_shape,
        pooling=pooling,
        classes=classes,
        classifier_activation=classifier_activation,
        name=name or f"mobilenet_{alpha:.2f}_{size.of_name}",
        size=size.of_weights,
        key=f"mobilenet_{alpha:.2f}_{size.of_weights}",
        preprocess=preprocess_input,
        top=top,
        pool_names=(None, None),
    )
