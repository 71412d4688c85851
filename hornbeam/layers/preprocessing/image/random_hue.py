"""`RandomHue`: images with other hues."""

from __future__ import annotations

from typing import Any, ClassVar

from hornbeam import engine
from hornbeam.layers.preprocessing.image.color_layer import RandomColor
from hornbeam.layers.preprocessing.image.factors import Bounds
from hornbeam.layers.preprocessing.image.random_image_layer import with_chance
from hornbeam.ops.image import hsv_to_rgb, rgb_to_hsv
from hornbeam.ops.image.axes import channel_axis
from hornbeam.ops.image.colors import each_channel


class RandomHue(RandomColor):
    """In training, the hue of each image turns by f / 2 of a full turn, one way or the other, f uniform in `factor`.

    Args:
        factor: (least, largest), between 0 and 1; one number f stands for (0, f).
        value_range: the least and the largest value of a pixel.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        seed: an integer for the same images in every run.

    Input and output: (height, width, 3), or a batch of them.

    >>> import hornbeam
    >>> hornbeam.layers.RandomHue((1.0, 1.0))([[[8.0, 0.0, 0.0]]], training=True).round().tolist()
    [[[0.0, 8.0, 8.0]]]
    """

    bounds: ClassVar = {"factor": Bounds(0, 1)}
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

    def draw(self, batch: int, height: int, width: int, seed: Any) -> Any:
        turn = self.drawn("factor", batch, seed) / 2
        return engine.where(with_chance(0.5, batch, seed), turn, -turn)

    def recolor(self, images: Any, amount: Any) -> Any:
        hue, saturation, value = each_channel(rgb_to_hsv(images, self.data_format), self.data_format)
        hue = hue + amount
        hsv = engine.concatenate([hue - engine.floor(hue), saturation, value], channel_axis(self.data_format))
        return self.clipped(hsv_to_rgb(hsv, self.data_format))
