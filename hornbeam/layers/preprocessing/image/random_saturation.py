"""`RandomSaturation`: images with stronger or weaker colours."""

from __future__ import annotations

from typing import Any, ClassVar

from hornbeam import engine
from hornbeam.layers.preprocessing.image.color_layer import RandomColor
from hornbeam.layers.preprocessing.image.factors import Bounds
from hornbeam.ops.image.colors import each_channel


class RandomSaturation(RandomColor):
    """In training, the saturation of each image is multiplied by f / (1 - f), with f uniform in `factor`.

    0 takes all colour away, 0.5 leaves images as they are. A channel x becomes v + (x - v) s' / s, with v the largest
    of the pixel's channels, s = (v - the smallest) / v, and s' the new saturation.

    Args:
        factor: (least, largest), between 0 and 1; one number f stands for (-f, f).
        value_range: the least and the largest value of a pixel.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        seed: an integer for the same images in every run.

    Input and output: (height, width, 3), or a batch of them.

    >>> import hornbeam
    >>> hornbeam.layers.RandomSaturation((0.0, 0.0))([[[8.0, 4.0, 2.0]]], training=True).tolist()
    [[[8.0, 8.0, 8.0]]]
    """

    bounds: ClassVar = {"factor": Bounds(-1, 1, both_ways=True)}
    channels = (3,)

    def __init__(
        self,
        factor: Any,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed, **kwargs)
        self.store(locals())

    def recolor(self, images: Any, amount: Any) -> Any:
        r, g, b = each_channel(images, self.data_format)
        value = engine.maximum(engine.maximum(r, g), b)
        spread = value - engine.minimum(engine.minimum(r, g), b)
        has_colour = (spread > 0) & (value > 0)
        saturation = engine.where(has_colour, spread, 1.0) / engine.where(has_colour, value, 1.0)
        new = self.clipped(saturation * (amount / engine.maximum(1 - amount, 1e-7)))
        return value + (images - value) * engine.where(has_colour, new / saturation, 0.0)
