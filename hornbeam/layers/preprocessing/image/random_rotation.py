"""`RandomRotation`: images turned about their middle."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from hornbeam import engine
from hornbeam.layers.preprocessing.image.factors import Bounds
from hornbeam.layers.preprocessing.image.random_affine import RandomAffine, about_centre


class RandomRotation(RandomAffine):
    """In training, each image is turned counter-clockwise by 2 pi f, with f uniform in `factor`.

    Args:
        factor: a fraction of a full turn, (least, largest); one number f stands for (-f, f).
        fill_mode: what is outside: "reflect", "constant", "nearest", "wrap" or "mirror".
        interpolation: "bilinear" or "nearest".
        seed: an integer for the same images in every run.
        fill_value: for "constant".
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Input and output: (height, width, channels), or a batch of them.

    >>> import hornbeam
    >>> turn = hornbeam.layers.RandomRotation((0.25, 0.25))
    >>> turn([[[1.0], [2.0]], [[3.0], [4.0]]], training=True)[..., 0].round().tolist()
    [[2.0, 4.0], [1.0, 3.0]]
    """

    bounds: ClassVar = {"factor": Bounds(-1, 1, both_ways=True)}

    def __init__(
        self,
        factor: Any,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed, **kwargs)
        self.store(locals())
        self.check_reading()

    def draw(self, batch: int, height: int, width: int, seed: Any) -> Any:
        angle = 2 * math.pi * self.drawn("factor", batch, seed)
        cos, sin = engine.cos(angle), engine.sin(angle)
        return about_centre((cos, -sin, sin, cos), height, width)
