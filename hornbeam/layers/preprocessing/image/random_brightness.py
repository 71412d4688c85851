"""`RandomBrightness`: light added to images, or taken away."""

from __future__ import annotations

from typing import Any, ClassVar

from hornbeam.layers.preprocessing.image.color_layer import RandomColor
from hornbeam.layers.preprocessing.image.factors import Bounds


class RandomBrightness(RandomColor):
    """In training, y = clip(x + f (high - low)), clipped to (low, high), with f uniform in `factor` for each image.

    f = 1 makes an image white, f = -1 black.

    Args:
        factor: (least, largest), between -1 and 1; one number f stands for (-f, f).
        value_range: (low, high), the least and the largest value of a pixel.
        seed: an integer for the same images in every run.

    Input and output: (height, width, channels), or a batch of them.

    >>> import hornbeam
    >>> hornbeam.layers.RandomBrightness((0.5, 0.5), (0, 1))([[[0.25], [0.75]]], training=True)[..., 0].tolist()
    [[0.75, 1.0]]
    """

    bounds: ClassVar = {"factor": Bounds(-1, 1, both_ways=True)}
    channels = None

    def __init__(self, factor: Any, value_range: Any = (0, 255), seed: int | None = None, **kwargs: Any):
        super().__init__(seed, **kwargs)
        self.store(locals())

    def recolor(self, images: Any, amount: Any) -> Any:
        black, white = self.value_range
        return self.clipped(images + (white - black) * amount)
