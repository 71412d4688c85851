"""`RandomInvert`: images as negatives."""

from __future__ import annotations

from typing import Any, ClassVar

from hornbeam import engine
from hornbeam.layers.preprocessing.image.color_layer import RandomColor
from hornbeam.layers.preprocessing.image.factors import Bounds
from hornbeam.layers.preprocessing.image.random_image_layer import with_chance


class RandomInvert(RandomColor):
    """In training, y = high - x for each image with a chance of f, which is uniform in `factor`; else y = x.

    Args:
        factor: (least, largest), between 0 and 1; one number f stands for (0, f).
        value_range: (low, high), the least and the largest value of a pixel.
        seed: an integer for the same images in every run.
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Input and output: (height, width, channels), or a batch of them.

    >>> import hornbeam
    >>> hornbeam.layers.RandomInvert((1.0, 1.0))([[[55.0]]], training=True).tolist()
    [[[200.0]]]
    """

    bounds: ClassVar = {"factor": Bounds(0, 1)}
    channels = None

    def __init__(
        self,
        factor: Any = 1.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed, **kwargs)
        self.store(locals())

    def draw(self, batch: int, height: int, width: int, seed: Any) -> Any:
        return with_chance(self.drawn("factor", batch, seed), batch, seed)

    def recolor(self, images: Any, amount: Any) -> Any:
        return engine.where(amount, self.value_range[1] - images, images)
