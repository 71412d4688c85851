"""Inception-ResNet v2: what Inception's blocks compute is added, scaled down, to what they got.

Source: Szegedy, Ioffe, Vanhoucke and Alemi 2017, Inception-v4, Inception-ResNet and the impact of residual connections.
"""

from __future__ import annotations

from typing import Any

from hornbeam import layers
from hornbeam.applications.building import application, channel_axis
from hornbeam.applications.inception_v3 import Conv, halved, in_a_row, joined, mixed_35, stem
from hornbeam.applications.preprocessing import decode_predictions
from hornbeam.applications.preprocessing import preprocess_tf as preprocess_input

__all__ = ["InceptionResNetV2", "decode_predictions", "preprocess_input"]

#: The branches of each kind of block: convolutions in a row.
BLOCK35: tuple[tuple[Conv, ...], ...] = (((32, 1),), ((32, 1), (32, 3)), ((32, 1), (48, 3), (64, 3)))
BLOCK17: tuple[tuple[Conv, ...], ...] = (((192, 1),), ((128, 1), (160, (1, 7)), (192, (7, 1))))
BLOCK8: tuple[tuple[Conv, ...], ...] = (((192, 1),), ((192, 1), (224, (1, 3)), (256, (3, 1))))


class CustomScaleLayer(layers.Layer):
    """y = a + scale b."""

    api_module = "keras.src.applications.inception_resnet_v2"
    row_independent = True

    def __init__(self, scale: float = 1.0, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())

    def call(self, inputs: Any) -> Any:
        a, b = inputs
        return a + b * self.scale


def _block(
    x: Any, branches: tuple[tuple[Conv, ...], ...], scale: float, name: str, activation: str | None = "relu"
) -> Any:
    mixed = joined([in_a_row(x, *convs) for convs in branches], f"{name}_mixed")
    new = layers.Conv2D(x.shape[channel_axis()], 1, padding="same", name=f"{name}_conv")(mixed)
    x = CustomScaleLayer(scale)([x, new])
    return x if activation is None else layers.Activation(activation, name=f"{name}_ac")(x)


def _body(x: Any) -> Any:
    x = mixed_35(stem(x), 96, 64, "mixed_5b")
    for i in range(1, 11):
        x = _block(x, BLOCK35, 0.17, f"block35_{i}")
    x = halved(x, ((384, 3),), ((256, 1), (256, 3), (384, 3)), name="mixed_6a")
    for i in range(1, 21):
        x = _block(x, BLOCK17, 0.1, f"block17_{i}")
    x = halved(x, ((256, 1), (384, 3)), ((256, 1), (288, 3)), ((256, 1), (288, 3), (320, 3)), name="mixed_7a")
    for i in range(1, 10):
        x = _block(x, BLOCK8, 0.2, f"block8_{i}")
    x = _block(x, BLOCK8, 1.0, "block8_10", activation=None)
    x = layers.Conv2D(1536, 1, padding="same", use_bias=False, name="conv_7b")(x)
    x = layers.BatchNormalization(axis=channel_axis(), scale=False, name="conv_7b_bn")(x)
    return layers.Activation("relu", name="conv_7b_ac")(x)


InceptionResNetV2 = application(
    "InceptionResNetV2",
    _body,
    name="inception_resnet_v2",
    size=299,
    least=75,
    preprocess=preprocess_input,
    summary="Inception-ResNet v2: Inception's blocks with shortcuts.",
    pool_names=(None, None),
)
