"""`RandomContrast`: images whose values lie further from their mean, or nearer to it."""

from __future__ import annotations

from typing import Any, ClassVar

from hornbeam import ops, random
from hornbeam.layers.preprocessing.image.color_layer import RandomColor
from hornbeam.layers.preprocessing.image.factors import Bounds
from hornbeam.ops.image.axes import spatial_axes


class RandomContrast(RandomColor):
    """In training, y = clip(m + c (x - m)), with m the mean of a channel and c uniform in (1 - least, 1 + largest).

    c is drawn for each image.

    Args:
        factor: (least, largest), between 0 and 1; one number f stands for (0, f).
        value_range: the least and the largest value of a pixel.
        seed: an integer for the same images in every run.

    Input and output: (height, width, channels), or a batch of them.

    >>> import hornbeam
    >>> hornbeam.layers.RandomContrast(0.0)([[[1.0], [3.0]]], training=True)[..., 0].tolist()
    [[1.0, 3.0]]
    """

    bounds: ClassVar = {"factor": Bounds(0, 1)}
    channels = None

    def __init__(self, factor: Any, value_range: Any = (0, 255), seed: int | None = None, **kwargs: Any):
        super().__init__(seed, **kwargs)
        self.store(locals())

    def draw(self, batch: int, height: int, width: int, seed: Any) -> Any:
        least, largest = self.factor
        return random.uniform((batch,), 1 - least, 1 + largest, "float32", seed)

    def recolor(self, images: Any, amount: Any) -> Any:
        mean = images
        for axis in spatial_axes(self.data_format):  # one after the other: 3 ms for 10 million numbers and not 8
            mean = ops.mean(mean, axis, True)
        return self.clipped(mean + amount * (images - mean))
