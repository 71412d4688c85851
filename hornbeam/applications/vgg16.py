"""VGG of 16 layers: convolutions of 3 rows and columns, and three dense layers.

Source: Simonyan and Zisserman 2014, Very deep convolutional networks for large-scale image recognition.
"""

from __future__ import annotations

from typing import Any

from hornbeam import layers
from hornbeam.applications.building import application
from hornbeam.applications.preprocessing import decode_predictions
from hornbeam.applications.preprocessing import preprocess_caffe as preprocess_input

__all__ = ["VGG16", "decode_predictions", "preprocess_input"]

WIDTHS = (64, 128, 256, 512, 512)


def _top(x: Any, classes: int, activation: Any) -> Any:
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(4096, activation="relu", name="fc1")(x)
    x = layers.Dense(4096, activation="relu", name="fc2")(x)
    return layers.Dense(classes, activation=activation, name="predictions")(x)


def vgg(layer_count: int, depths: tuple[int, ...]) -> Any:
    """The function that builds a VGG, from the number of convolutions in each block."""

    def body(x: Any) -> Any:
        for block, (filters, depth) in enumerate(zip(WIDTHS, depths, strict=True), 1):
            for i in range(depth):
                name = f"block{block}_conv{i + 1}"
                x = layers.Conv2D(filters, 3, padding="same", activation="relu", name=name)(x)
            x = layers.MaxPooling2D(2, strides=2, name=f"block{block}_pool")(x)
        return x

    return application(
        f"VGG{layer_count}",
        body,
        name=f"vgg{layer_count}",
        size=224,
        preprocess=preprocess_input,
        summary=f"VGG of {layer_count} layers.",
        top=_top,
        pool_names=(None, None),
    )


VGG16 = vgg(16, (2, 2, 3, 3, 3))
