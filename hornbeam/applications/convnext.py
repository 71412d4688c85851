"""ConvNeXt: a residual network with the habits of transformers.

Source: Liu, Mao, Wu, Feichtenhofer, Darrell and Xie 2022, A ConvNet for the 2020s.
"""

from __future__ import annotations

from typing import Any

from hornbeam import layers
from hornbeam.applications.building import ARGUMENTS, Body, Top, assemble, channel_axis
from hornbeam.applications.imagenet_utils import MEAN, STDDEV
from hornbeam.applications.preprocessing import decode_predictions
from hornbeam.applications.preprocessing import unchanged as preprocess_input
from hornbeam.initializers import Constant
from hornbeam.models import Functional, Sequential

__all__ = [
    "ConvNeXtBase", "ConvNeXtLarge", "ConvNeXtSmall", "ConvNeXtTiny", "ConvNeXtXLarge", "decode_predictions",
    "preprocess_input",
]  # fmt: skip

EPSILON = 1e-6


class LayerScale(layers.Layer):
    """y = gamma x, with one gamma for each channel, small at first."""

    api_module = "keras.src.applications.convnext"
    row_independent = True

    def __init__(self, init_values: float, projection_dim: int, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())

    def build(self, input_shape: Any) -> None:
        begin = Constant(self.init_values)
        self.gamma = self.add_weight((self.projection_dim,), begin, name="gamma")

    def call(self, x: Any) -> Any:
        return x * self.gamma


def _normalization(name: str | None = None) -> Any:
    return layers.LayerNormalization(epsilon=EPSILON, name=name)


def _block(x: Any, channels: int, name: str) -> Any:
    new = layers.Conv2D(channels, 7, padding="same", groups=channels, name=f"{name}_depthwise_conv")(x)
    new = _normalization(f"{name}_layernorm")(new)
    new = layers.Dense(4 * channels, name=f"{name}_pointwise_conv_1")(new)
    new = layers.Activation("gelu", name=f"{name}_gelu")(new)
    new = layers.Dense(channels, name=f"{name}_pointwise_conv_2")(new)
    new = LayerScale(1e-6, channels, name=f"{name}_layer_scale")(new)
    return x + layers.Activation("linear", name=f"{name}_identity")(new)


def _smaller(stage: int, channels: int, prefix: str) -> Any:
    """What makes the images of a stage smaller than those of the one before it."""
    if stage == 0:
        stem = layers.Conv2D(channels, 4, strides=4, name=f"{prefix}_stem_conv")
        return Sequential([stem, _normalization(f"{prefix}_stem_layernorm")], name=f"{prefix}_stem")
    i = stage - 1
    conv = layers.Conv2D(channels, 2, strides=2, name=f"{prefix}_downsampling_conv_{i}")
    norm = _normalization(f"{prefix}_downsampling_layernorm_{i}")
    return Sequential([norm, conv], name=f"{prefix}_downsampling_block_{i}")


def _body(depths: tuple[int, ...], width: int, prefix: str, preprocesses: bool) -> Body:
    def body(x: Any) -> Any:
        if preprocesses:
            mean, variance = [255 * m for m in MEAN], [(255 * s) ** 2 for s in STDDEV]
            axis = -1 if channel_axis() == 3 else 1
            name = f"{prefix}_prestem_normalization"
            x = layers.Normalization(mean=mean, variance=variance, axis=axis, name=name)(x)
        for stage, depth in enumerate(depths):
            channels = width * 2**stage
            x = _smaller(stage, channels, prefix)(x)
            for i in range(depth):
                x = _block(x, channels, f"{prefix}_stage_{stage}_block_{i}")
        return x

    return body


def _head(prefix: str) -> Top:
    def top(x: Any, classes: int, activation: Any) -> Any:
        x = layers.GlobalAveragePooling2D(name=f"{prefix}_head_gap")(x)
        x = _normalization(f"{prefix}_head_layernorm")(x)
        return layers.Dense(classes, activation=activation, name=f"{prefix}_head_dense")(x)

    return top


def _convnext(size_name: str, depths: tuple[int, ...], width: int) -> Any:
    key = f"convnext_{size_name.lower()}"

    def build(
        include_top: bool = True,
        include_preprocessing: bool = True,
        weights: Any = "imagenet",
        input_tensor: Any = None,
        input_shape: Any = None,
        pooling: str | None = None,
        classes: int = 1000,
        classifier_activation: Any = "softmax",
        name: str = key,
    ) -> Functional:
        return assemble(
            _body(depths, width, name or key, include_preprocessing),
            include_top=include_top,
            weights=weights,
            input_tensor=input_tensor,
            input_shape=input_shape,
            pooling=pooling,
            classes=classes,
            classifier_activation=classifier_activation,
            name=name,
            size=224,
            key=key,
            preprocess=preprocess_input if include_preprocessing else None,
            top=_head(name or key),
            pool_names=(None, None),
            after_pooling=lambda x: _normalization()(x),
        )

    build.__name__ = build.__qualname__ = f"ConvNeXt{size_name}"
    build.__doc__ = f"ConvNeXt, {size_name.lower()}.{ARGUMENTS.format(size=(224, 224, 3), more=MORE)}"
    return build


MORE = """
        include_preprocessing: whether it takes images of 0 to 255, and not what they are turned into."""

ConvNeXtTiny = _convnext("Tiny", (3, 3, 9, 3), 96)
ConvNeXtSmall = _convnext("Small", (3, 3, 27, 3), 96)
ConvNeXtBase = _convnext("Base", (3, 3, 27, 3), 128)
ConvNeXtLarge = _convnext("Large", (3, 3, 27, 3), 192)
ConvNeXtXLarge = _convnext("XLarge", (3, 3, 27, 3), 256)
