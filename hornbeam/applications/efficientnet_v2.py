"""EfficientNet v2: plain convolutions in the early stages, which train faster.

Source: Tan and Le 2021, EfficientNetV2: smaller models and faster training.
"""

from __future__ import annotations

from typing import Any

from hornbeam import layers
from hornbeam.applications.building import ARGUMENTS, Body, assemble, channel_axis
from hornbeam.applications.efficientnet import (
    Stage,
    blocks_of,
    conv,
    conv_weights,
    head,
    norm,
    silu,
    weighted,
    with_shortcut,
)
from hornbeam.applications.imagenet_utils import MEAN, STDDEV
from hornbeam.applications.mobile import nearest
from hornbeam.applications.preprocessing import decode_predictions
from hornbeam.applications.preprocessing import unchanged as preprocess_input
from hornbeam.models import Functional

__all__ = [
    "EfficientNetV2B0", "EfficientNetV2B1", "EfficientNetV2B2", "EfficientNetV2B3", "EfficientNetV2L",
    "EfficientNetV2M", "EfficientNetV2S", "decode_predictions", "preprocess_input",
]  # fmt: skip

FUSED = 3  # stages of plain convolutions
MOMENTUM = 0.9


def _stages(*rows: tuple[int, int, int, int]) -> tuple[Stage, ...]:
    """From the depth, the filters, the expansion and the strides of each stage."""
    return tuple(Stage(3, *row) for row in rows)


B = _stages((1, 16, 1, 1), (2, 32, 4, 2), (2, 48, 4, 2), (3, 96, 4, 2), (5, 112, 6, 1), (8, 192, 6, 2))
S = _stages((2, 24, 1, 1), (4, 48, 4, 2), (4, 64, 4, 2), (6, 128, 4, 2), (9, 160, 6, 1), (15, 256, 6, 2))
M = _stages(
    (3, 24, 1, 1), (5, 48, 4, 2), (5, 80, 4, 2), (7, 160, 4, 2), (14, 176, 6, 1), (18, 304, 6, 2), (5, 512, 6, 1)
)
L = _stages(
    (4, 32, 1, 1), (7, 64, 4, 2), (7, 96, 4, 2), (10, 192, 4, 2), (19, 224, 6, 1), (25, 384, 6, 2), (7, 640, 6, 1)
)


def _conv_bn(x: Any, filters: int, size: int, name: str, strides: int = 1) -> Any:
    return norm(conv(x, filters, size, f"{name}_conv", strides=strides), f"{name}_bn", MOMENTUM)


def _fused(x: Any, stage: Stage, filters: int, strides: int, name: str) -> Any:
    """The block whose first convolution widens and looks around at once."""
    if stage.expansion == 1:
        return silu(_conv_bn(x, filters, stage.kernel, f"{name}_project", strides), f"{name}_project_activation")
    x = _conv_bn(x, x.shape[channel_axis()] * stage.expansion, stage.kernel, f"{name}_expand", strides)
    return _conv_bn(silu(x, f"{name}_expand_activation"), filters, 1, f"{name}_project")


def _separate(x: Any, stage: Stage, filters: int, strides: int, name: str) -> Any:
    """The block of MobileNet v2, with weighted channels."""
    channels = x.shape[channel_axis()]
    x = silu(_conv_bn(x, channels * stage.expansion, 1, f"{name}_expand"), f"{name}_expand_activation")
    x = layers.DepthwiseConv2D(
        stage.kernel,
        strides=strides,
        padding="same",
        use_bias=False,
        depthwise_initializer=conv_weights(),
        name=f"{name}_dwconv2",
    )(x)
    x = silu(norm(x, f"{name}_bn", MOMENTUM), f"{name}_activation")
    x = weighted(x, max(1, channels // 4), name)
    return _conv_bn(x, filters, 1, f"{name}_project")


def _preprocessed(x: Any, symmetric: bool) -> Any:
    if symmetric:
        return layers.Rescaling(1 / 128, offset=-1)(x)
    x = layers.Rescaling(1 / 255)(x)
    return layers.Normalization(mean=list(MEAN), variance=[s**2 for s in STDDEV], axis=channel_axis())(x)


def _body(stages: tuple[Stage, ...], width: float, depth: float, preprocesses: bool) -> Body:
    def body(x: Any) -> Any:
        x = _preprocessed(x, symmetric=stages is not B) if preprocesses else x
        x = conv(x, nearest((24 if stages in (S, M) else 32) * width), 3, "stem_conv", strides=2)
        x = silu(norm(x, "stem_bn", MOMENTUM), "stem_activation")
        for i, stage, strides, rate, name in blocks_of(stages, depth, of=sum(stage.depth for stage in stages)):
            shortcut = x
            filters = nearest(stage.filters * width)
            x = (_fused if i < FUSED else _separate)(x, stage, filters, strides, name)
            if strides == 1 and shortcut.shape[channel_axis()] == filters:
                x = with_shortcut(x, shortcut, rate, name)
        x = conv(x, nearest(1280 * width), 1, "top_conv")
        return silu(norm(x, "top_bn", MOMENTUM), "top_activation")

    return body


def _efficientnet(letter: str, stages: tuple[Stage, ...], width: float, depth: float, size: int) -> Any:
    def build(
        include_top: bool = True,
        weights: Any = "imagenet",
        input_tensor: Any = None,
        input_shape: Any = None,
        pooling: str | None = None,
        classes: int = 1000,
        classifier_activation: Any = "softmax",
        include_preprocessing: bool = True,
        name: str | None = f"efficientnetv2-{letter.lower()}",
    ) -> Functional:
        return assemble(
            _body(stages, width, depth, include_preprocessing),
            include_top=include_top,
            weights=weights,
            input_tensor=input_tensor,
            input_shape=input_shape,
            pooling=pooling,
            classes=classes,
            classifier_activation=classifier_activation,
            name=name,
            size=size,
            key=f"efficientnetv2-{letter.lower()}",
            preprocess=preprocess_input if include_preprocessing else None,
            top=head(0.2, bias_initializer="zeros"),
        )

    build.__name__ = build.__qualname__ = f"EfficientNetV2{letter}"
    build.__doc__ = f"EfficientNet v2 {letter}.{ARGUMENTS.format(size=(size, size, 3), more=MORE)}"
    return build


MORE = """
        include_preprocessing: whether it takes images of 0 to 255, and not what they are turned into."""

EfficientNetV2B0 = _efficientnet("B0", B, 1.0, 1.0, 224)
EfficientNetV2B1 = _efficientnet("B1", B, 1.0, 1.1, 240)
EfficientNetV2B2 = _efficientnet("B2", B, 1.1, 1.2, 260)
EfficientNetV2B3 = _efficientnet("B3", B, 1.2, 1.4, 300)
EfficientNetV2S = _efficientnet("S", S, 1.0, 1.0, 384)
EfficientNetV2M = _efficientnet("M", M, 1.0, 1.0, 480)
EfficientNetV2L = _efficientnet("L", L, 1.0, 1.0, 480)
