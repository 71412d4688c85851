"""`Solarization`: images whose light parts are negatives."""

from __future__ import annotations

from typing import Any, ClassVar

from hornbeam import engine
from hornbeam.layers.preprocessing.image.color_layer import RandomColor
from hornbeam.layers.preprocessing.image.factors import Bounds
from hornbeam.layers.preprocessing.image.random_image_layer import each


class Solarization(RandomColor):
    """In training, z = clip(x + a), and y = high + low - z where z is above a threshold t; else y = z.

    For each image, a and t - low are (high - low) times a number that is uniform in its factor.

    Args:
        addition_factor: (least, largest), between 0 and 1; one number f stands for (0, f).
        threshold_factor: likewise.
        value_range: (low, high), the least and the largest value of a pixel.
        seed: an integer for the same images in every run.

    Input and output: (height, width, channels), or a batch of them.

    >>> import hornbeam
    >>> hornbeam.layers.Solarization()([[[55.0]]], training=True).tolist()
    [[[200.0]]]
    """

    bounds: ClassVar = {"addition_factor": Bounds(0, 1), "threshold_factor": Bounds(0, 1)}
    channels = None

    def __init__(
        self,
        addition_factor: Any = 0.0,
        threshold_factor: Any = 0.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed, **kwargs)
        self.store(locals())

    def draw(self, batch: int, height: int, width: int, seed: Any) -> Any:
        return self.drawn("addition_factor", batch, seed), self.drawn("threshold_factor", batch, seed)

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        low, high = self.value_range
        added, threshold = ((high - low) * each(share) for share in transformation)
        z = self.clipped(images + added)
        return engine.where(z < low + threshold, z, high + low - z)
