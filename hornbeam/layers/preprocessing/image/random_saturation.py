"""`RandomSaturation`: images with stronger or weaker colours."""

from __future__ import annotations

from typing import Any, ClassVar

from hornbeam import engine
from hornbeam.layers.preprocessing.image.color_layer import RandomColor
from hornbeam.layers.preprocessing.image.factors import Bounds
from hornbeam.ops.image import hsv_to_rgb, rgb_to_hsv
from hornbeam.ops.image.axes import along, channel_axis


class RandomSaturation(RandomColor):
    """In training, the saturation of each image is multiplied by f / (1 - f), with f uniform in `factor`.

    0 takes all colour away, 0.5 leaves images as they are.

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
        hue, saturation, value = hsv_channels(rgb_to_hsv(images, self.data_format), self.data_format)
        saturation = self.clipped(saturation * (amount / engine.maximum(1 - amount, 1e-7)))
        hsv = engine.concatenate([hue, saturation, value], channel_axis(self.data_format))
        return hsv_to_rgb(hsv, self.data_format)


def hsv_channels(hsv: Any, data_format: str) -> list[Any]:
    """Hue, saturation and value, each with the axes of images."""
    axis = channel_axis(data_format)
    return [hsv[tuple(along(hsv, [axis], [slice(i, i + 1)], slice(None)))] for i in range(3)]
