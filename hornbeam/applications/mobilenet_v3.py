"""MobileNet v3: v2's blocks, some with weighted channels, found by a search for what is fast on phones.

Source: Howard, Sandler, Chu, Chen, Chen, Tan, Wang, Zhu, Pang, Vasudevan, Le and Adam 2019, Searching for MobileNetV3.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from hornbeam import layers
from hornbeam.applications.building import assemble, channel_axis
from hornbeam.applications.mobile import checked_alpha, divisible, padded_for_strides
from hornbeam.applications.preprocessing import decode_predictions
from hornbeam.applications.preprocessing import unchanged as preprocess_input
from hornbeam.models import Functional

__all__ = ["decode_predictions", "preprocess_input"]


class Block(NamedTuple):
    """One row of the tables in the paper."""

    expansion: float
    filters: int
    kernel: int
    strides: int
    weighted: bool  # whether the channels are, by squeeze and excitation
    hard: bool  # whether the activation is the hard SiLU, not ReLU


SMALL = (
    Block(1, 16, 3, 2, True, False),
    Block(72 / 16, 24, 3, 2, False, False),
    Block(88 / 24, 24, 3, 1, False, False),
    Block(4, 40, 5, 2, True, True),
    Block(6, 40, 5, 1, True, True),
    Block(6, 40, 5, 1, True, True),
    Block(3, 48, 5, 1, True, True),
    Block(3, 48, 5, 1, True, True),
    Block(6, 96, 5, 2, True, True),
    Block(6, 96, 5, 1, True, True),
    Block(6, 96, 5, 1, True, True),
)
LARGE = (
    Block(1, 16, 3, 1, False, False),
    Block(4, 24, 3, 2, False, False),
    Block(3, 24, 3, 1, False, False),
    Block(3, 40, 5, 2, True, False),
    Block(3, 40, 5, 1, True, False),
    Block(3, 40, 5, 1, True, False),
    Block(6, 80, 3, 2, False, True),
    Block(2.5, 80, 3, 1, False, True),
    Block(2.3, 80, 3, 1, False, True),
    Block(2.3, 80, 3, 1, False, True),
    Block(6, 112, 3, 1, True, True),
    Block(6, 112, 3, 1, True, True),
    Block(6, 160, 5, 2, True, True),
    Block(6, 160, 5, 1, True, True),
    Block(6, 160, 5, 1, True, True),
)


def _activated(x: Any, hard: bool) -> Any:
    return layers.Activation("hard_silu")(x) if hard else layers.ReLU()(x)


def _conv_bn(x: Any, filters: int, name: str, norm: str, size: int = 1, strides: int = 1) -> Any:
    x = layers.Conv2D(filters, size, strides=strides, padding="same", use_bias=False, name=name)(x)
    return _norm(x, norm)


def _norm(x: Any, name: str) -> Any:
    return layers.BatchNormalization(axis=channel_axis(), epsilon=1e-3, momentum=0.999, name=name)(x)


def _weighted(x: Any, filters: float, prefix: str) -> Any:
    """Channels times what their means say about them: squeeze and excitation."""
    w = layers.GlobalAveragePooling2D(keepdims=True, name=f"{prefix}_avg_pool")(x)
    w = layers.Conv2D(divisible(filters * 0.25), 1, padding="same", name=f"{prefix}_conv")(w)
    w = layers.ReLU(name=f"{prefix}_relu")(w)
    w = layers.Conv2D(int(filters), 1, padding="same", name=f"{prefix}_conv_1")(w)
    w = layers.ReLU(6.0)(w + 3.0) * (1.0 / 6.0)  # the hard sigmoid
    return layers.Multiply(name=f"{prefix}_mul")([x, w])


def _block(x: Any, block: Block, filters: int, prefix: str, minimalistic: bool) -> Any:
    shortcut = x
    channels = x.shape[channel_axis()]
    kernel = 3 if minimalistic else block.kernel
    hard = block.hard and not minimalistic
    expanded = divisible(channels * block.expansion)
    if prefix != "expanded_conv":
        x = _activated(_conv_bn(x, expanded, f"{prefix}_expand", f"{prefix}_expand_bn"), hard)
    if block.strides == 2:
        x = padded_for_strides(x, kernel, f"{prefix}_depthwise_pad")
    padding = "same" if block.strides == 1 else "valid"
    name = f"{prefix}_depthwise"
    x = layers.DepthwiseConv2D(kernel, strides=block.strides, padding=padding, use_bias=False, name=name)(x)
    x = _activated(_norm(x, f"{prefix}_depthwise_bn"), hard)
    if block.weighted and not minimalistic:
        x = _weighted(x, expanded, f"{prefix}_squeeze_excite")
    x = _conv_bn(x, filters, f"{prefix}_project", f"{prefix}_project_bn")
    return layers.Add(name=f"{prefix}_add")([shortcut, x]) if block.strides == 1 and channels == filters else x


def _mobilenet(function: str, blocks: tuple[Block, ...], last: int, summary: str) -> Any:
    def build(
        input_shape: Any = None,
        alpha: float = 1.0,
        minimalistic: bool = False,
        include_top: bool = True,
        weights: Any = "imagenet",
        input_tensor: Any = None,
        classes: int = 1000,
        pooling: str | None = None,
        dropout_rate: float = 0.2,
        classifier_activation: Any = "softmax",
        include_preprocessing: bool = True,
        name: str | None = function,
    ) -> Functional:
        checked_alpha(alpha, weights, (1.0,) if minimalistic else (0.75, 1.0))

        def body(x: Any) -> Any:
            if include_preprocessing:
                x = layers.Rescaling(1 / 127.5, offset=-1.0)(x)
            x = _activated(_conv_bn(x, 16, "conv", "conv_bn", 3, 2), not minimalistic)
            for i, block in enumerate(blocks):
                prefix = f"expanded_conv_{i}" if i else "expanded_conv"
                x = _block(x, block, divisible(block.filters * alpha), prefix, minimalistic)
            x = _conv_bn(x, divisible(x.shape[channel_axis()] * 6), "conv_1", "conv_1_bn")
            return _activated(x, not minimalistic)

        def top(x: Any, classes: int, activation: Any) -> Any:
            x = layers.GlobalAveragePooling2D(keepdims=True)(x)
            x = layers.Conv2D(divisible(last * alpha) if alpha > 1 else last, 1, padding="same", name="conv_2")(x)
            x = _activated(x, not minimalistic)
            x = layers.Dropout(dropout_rate)(x) if dropout_rate > 0 else x
            x = layers.Conv2D(classes, 1, padding="same", name="logits")(x)
            return layers.Activation(activation, name="predictions")(layers.Flatten()(x))

        return assemble(
            body,
            include_top=include_top,
            weights=weights,
            input_tensor=input_tensor,
            input_shape=input_shape,
            pooling=pooling,
            classes=classes,
            classifier_activation=classifier_activation,
            name=name,
            size=224,
            key=f"{function.lower()}_{alpha:.2f}" + "_minimalistic" * minimalistic,
            preprocess=preprocess_input if include_preprocessing else None,
            top=top,
            sized="never",
        )

    build.__name__ = build.__qualname__ = function
    build.__doc__ = f"{summary}{ARGUMENTS}"
    return build


ARGUMENTS = """

    Args:
        input_shape, include_top, weights, input_tensor, classes, pooling, classifier_activation, name: see `ResNet50`.
        alpha: how wide it is: a factor of the filters; published weights are of 0.75 and 1.
        minimalistic: whether it is without weighted channels, large kernels and hard activations.
        dropout_rate: before the classifier.
        include_preprocessing: whether it takes images of 0 to 255, and not of -1 to 1.

    Raises:
        ValueError: for arguments that do not fit together, and for weights that do not fit the model.
    """

MobileNetV3Small = _mobilenet("MobileNetV3Small", SMALL, 1024, "MobileNet v3, the small one.")
MobileNetV3Large = _mobilenet("MobileNetV3Large", LARGE, 1280, "MobileNet v3, the large one.")
