"""`RandomPosterization`: images with fewer shades."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from hornbeam import engine
from hornbeam.layers.preprocessing.image.color_layer import RandomColor
from hornbeam.layers.preprocessing.image.factors import Bounds
from hornbeam.layers.preprocessing.image.random_image_layer import each


class RandomPosterization(RandomColor):
    """In training, values from 0 to 255 keep their highest f bits, with f drawn from `factor` for each image.

    Args:
        factor: (least, beyond): f is an integer of at least the one and below the other, between 1 and 8; one number
            n stands for (1, n), and (n, n) is n bits.
        value_range: the least and the largest value of a pixel, which stand for 0 and 255.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        seed: an integer for the same images in every run.

    Input and output: (height, width, channels), or a batch of them.

    >>> import hornbeam
    >>> hornbeam.layers.RandomPosterization((1, 1))([[[100.0], [200.0]]], training=True)[..., 0].tolist()
    [[0.0, 128.0]]
    """

    bounds: ClassVar = {"factor": Bounds(1, 8)}
    channels = None

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

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        low, high = self.value_range
        scaled = engine.floor((images - low) * (255 / (high - low)))
        step = engine.round(engine.exp(math.log(2) * (8 - engine.floor(each(transformation)))))
        return engine.floor(scaled / step) * step * ((high - low) / 255) + low
