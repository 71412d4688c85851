"""`AutoContrast`: images that use the whole range of values."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.layers.preprocessing.image.image_layer import ImageLayer
from hornbeam.ops.image.axes import spatial_axes


class AutoContrast(ImageLayer):
    """y = low + (high - low) (x - min) / (max - min), with the least and the largest value of each channel.

    A channel of one value stays as it is.

    Args:
        value_range: (low, high), the least and the largest value of a pixel.

    Input and output: (height, width, channels), or a batch of them.

    >>> import hornbeam
    >>> hornbeam.layers.AutoContrast()([[[10.0], [20.0], [30.0]]])[..., 0].tolist()
    [[0.0, 127.5, 255.0]]
    """

    always = True
    moves = False

    def __init__(self, value_range: Any = (0, 255), **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        axes = tuple(axis % 4 for axis in spatial_axes(self.data_format))
        least, largest = engine.min(images, axes, True), engine.max(images, axes, True)
        spread, (low, high) = largest - least, self.value_range
        stretched = low + (high - low) * (images - least) / engine.where(spread > 0, spread, 1.0)
        return engine.where(spread > 0, stretched, images)
