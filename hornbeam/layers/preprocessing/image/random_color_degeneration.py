"""`RandomColorDegeneration`: images that lose some of their colour."""

from __future__ import annotations

from typing import Any, ClassVar

from hornbeam.layers.preprocessing.image.color_layer import RandomColor
from hornbeam.layers.preprocessing.image.factors import Bounds
from hornbeam.ops.image import rgb_to_grayscale
from hornbeam.ops.image.axes import channel_axis


class RandomColorDegeneration(RandomColor):
    """In training, y = x + f (gray(x) - x), with f uniform in `factor`, drawn for each image.

    Args:
        factor: (least, largest), between 0 and 1; one number f stands for (-f, f).
        value_range: the least and the largest value of a pixel.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        seed: an integer for the same images in every run.

    Input and output: (height, width, 3), or a batch of them; gray images, of one channel, stay as they are.

    >>> import hornbeam
    >>> hornbeam.layers.RandomColorDegeneration(0.0)([[[8.0, 4.0, 2.0]]], training=True).tolist()
    [[[8.0, 4.0, 2.0]]]
    """

    bounds: ClassVar = {"factor": Bounds(-1, 1, both_ways=True)}
    channels = (1, 3)

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
        if images.shape[channel_axis(self.data_format)] == 1:  # gray already
            return images
        return self.clipped(images + amount * (rgb_to_grayscale(images, self.data_format) - images))
