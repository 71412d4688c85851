"""EfficientNet: one network, made deeper, wider and for larger images by a common factor.

Source: Tan and Le 2019, EfficientNet: rethinking model scaling for convolutional neural networks.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from hornbeam import layers
from hornbeam.applications.building import Body, Top, application, channel_axis
from hornbeam.applications.imagenet_utils import STDDEV
from hornbeam.applications.mobile import divisible, padded_for_strides
from hornbeam.applications.preprocessing import decode_predictions
from hornbeam.applications.preprocessing import unchanged as preprocess_input
from hornbeam.initializers import VarianceScaling

__all__ = [
    "EfficientNetB0", "EfficientNetB1", "EfficientNetB2", "EfficientNetB3", "EfficientNetB4", "EfficientNetB5",
    "EfficientNetB6", "EfficientNetB7", "decode_predictions", "preprocess_input",
]  # fmt: skip

DROP_CONNECT = 0.2  # the chance that the last block is left out in training; those before it less, in proportion


class Stage(NamedTuple):
    """Blocks in a row, as in the tables of the papers."""

    kernel: int
    depth: int
    filters: int
    expansion: int
    strides: int  # of the first block


class Block(NamedTuple):
    """One block of a stage."""

    number: int  # of the stage
    stage: Stage
    strides: int
    rate: float  # of dropout
    name: str


STAGES = (
    Stage(3, 1, 16, 1, 1),
    Stage(3, 2, 24, 6, 2),
    Stage(5, 2, 40, 6, 2),
    Stage(3, 3, 80, 6, 2),
    Stage(5, 3, 112, 6, 1),
    Stage(5, 4, 192, 6, 2),
    Stage(3, 1, 320, 6, 1),
)


def conv_weights() -> Any:
    """How kernels of convolutions begin."""
    return VarianceScaling(2.0, "fan_out", "truncated_normal")


def conv(x: Any, filters: int, size: int, name: str, **options: Any) -> Any:
    """A convolution without a bias."""
    options = {"padding": "same", "use_bias": False, "kernel_initializer": conv_weights()} | options
    return layers.Conv2D(filters, size, name=name, **options)(x)


def norm(x: Any, name: str, momentum: float = 0.99) -> Any:
    """Batch normalization along the channels."""
    return layers.BatchNormalization(axis=channel_axis(), momentum=momentum, name=name)(x)


def silu(x: Any, name: str) -> Any:
    """The activation of the whole family."""
    return layers.Activation("silu", name=name)(x)


def weighted(x: Any, filters: int, name: str) -> Any:
    """Channels times what their means say about them: squeeze and excitation."""
    channels = x.shape[channel_axis()]
    w = layers.GlobalAveragePooling2D(name=f"{name}_se_squeeze")(x)
    w = layers.Reshape((1, 1, channels) if channel_axis() == 3 else (channels, 1, 1), name=f"{name}_se_reshape")(w)
    w = conv(w, filters, 1, f"{name}_se_reduce", activation="silu", use_bias=True)
    w = conv(w, channels, 1, f"{name}_se_expand", activation="sigmoid", use_bias=True)
    return layers.Multiply(name=f"{name}_se_excite")([x, w])


def with_shortcut(x: Any, shortcut: Any, rate: float, name: str) -> Any:
    """The sum of a block's input and of its output, which is left out at a `rate` in training."""
    if rate > 0:
        x = layers.Dropout(rate, noise_shape=(None, 1, 1, 1), name=f"{name}_drop")(x)
    return layers.Add(name=f"{name}_add")([x, shortcut])


def _block(x: Any, block: Block, filters: int) -> Any:
    _, stage, strides, rate, name = block
    shortcut = x
    channels = x.shape[channel_axis()]
    if stage.expansion > 1:
        x = norm(conv(x, channels * stage.expansion, 1, f"{name}_expand_conv"), f"{name}_expand_bn")
        x = silu(x, f"{name}_expand_activation")
    if strides == 2:
        x = padded_for_strides(x, stage.kernel, f"{name}_dwconv_pad")
    x = layers.DepthwiseConv2D(
        stage.kernel,
        strides=strides,
        padding="valid" if strides == 2 else "same",
        use_bias=False,
        depthwise_initializer=conv_weights(),
        name=f"{name}_dwconv",
    )(x)
    x = silu(norm(x, f"{name}_bn"), f"{name}_activation")
    x = weighted(x, max(1, channels // 4), name)
    x = norm(conv(x, filters, 1, f"{name}_project_conv"), f"{name}_project_bn")
    return with_shortcut(x, shortcut, rate, name) if strides == 1 and channels == filters else x


def blocks_of(stages: tuple[Stage, ...], depth: float, of: int | None = None) -> list[Block]:
    """The blocks of all stages, whose depths are multiplied by `depth`; the rates of dropout go up in `of` steps."""
    depths = [math.ceil(stage.depth * depth) for stage in stages]
    blocks: list[Block] = []
    for i, (stage, repeats) in enumerate(zip(stages, depths, strict=True)):
        for j in range(repeats):
            rate = DROP_CONNECT * len(blocks) / (of or sum(depths))
            strides = stage.strides if j == 0 else 1
            blocks.append(Block(i, stage, strides, rate, f"block{i + 1}{chr(ord('a') + j)}"))
    return blocks


def head(dropout: float, **dense: Any) -> Top:
    """The classifier of the whole family."""

    def top(x: Any, classes: int, activation: Any) -> Any:
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
        x = layers.Dropout(dropout, name="top_dropout")(x)
        begin = VarianceScaling(1 / 3, "fan_out", "uniform")
        return layers.Dense(classes, activation, kernel_initializer=begin, name="predictions", **dense)(x)

    return top


def _body(width: float, depth: float, pretrained: bool) -> Body:
    def body(x: Any) -> Any:
        x = layers.Rescaling(1 / 255)(x)
        x = layers.Normalization(axis=channel_axis())(x)
        if (
            pretrained
        ):  # the published weights were made with variances where deviations are due, and are put right here
            x = layers.Rescaling([1 / math.sqrt(deviation) for deviation in STDDEV])(x)
        x = padded_for_strides(x, 3, "stem_conv_pad")
        x = conv(x, divisible(32 * width), 3, "stem_conv", strides=2, padding="valid")
        x = silu(norm(x, "stem_bn"), "stem_activation")
        for block in blocks_of(STAGES, depth):
            x = _block(x, block, divisible(block.stage.filters * width))
        x = conv(x, divisible(1280 * width), 1, "top_conv")
        return silu(norm(x, "top_bn"), "top_activation")

    return body


def _efficientnet(i: int, width: float, depth: float, size: int, dropout: float) -> Callable[..., Any]:
    return application(
        f"EfficientNetB{i}",
        _body(width, depth, pretrained=False),
        name=f"efficientnetb{i}",
        size=size,
        preprocess=preprocess_input,
        summary=f"EfficientNet B{i}. It takes images of 0 to 255.",
        top=head(dropout),
        pretrained_body=_body(width, depth, pretrained=True),
    )


EfficientNetB0 = _efficientnet(0, 1.0, 1.0, 224, 0.2)
EfficientNetB1 = _efficientnet(1, 1.0, 1.1, 240, 0.2)
EfficientNetB2 = _efficientnet(2, 1.1, 1.2, 260, 0.3)
EfficientNetB3 = _efficientnet(3, 1.2, 1.4, 300, 0.3)
EfficientNetB4 = _efficientnet(4, 1.4, 1.8, 380, 0.4)
EfficientNetB5 = _efficientnet(5, 1.6, 2.2, 456, 0.4)
EfficientNetB6 = _efficientnet(6, 1.8, 2.6, 528, 0.5)
EfficientNetB7 = _efficientnet(7, 2.0, 3.1, 600, 0.5)
