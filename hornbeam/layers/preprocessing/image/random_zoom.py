"""`RandomZoom`: images made larger or smaller about their middle."""

from __future__ import annotations

from typing import Any, ClassVar

from hornbeam.layers.preprocessing.image.factors import Bounds
from hornbeam.layers.preprocessing.image.random_affine import RandomAffine, about_centre


class RandomZoom(RandomAffine):
    """In training, 1 + f of each image's height takes the place of its height, with f uniform in a factor.

    Args:
        height_factor: f, (least, largest); one number f stands for (-f, f); negative makes things larger.
        width_factor: likewise, of the width; the f of the height by default.
        fill_mode: what is outside: "reflect", "constant", "nearest", "wrap" or "mirror".
        interpolation: "bilinear" or "nearest".
        seed: an integer for the same images in every run.
        fill_value: for "constant".
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Input and output: (height, width, channels), or a batch of them.

    >>> import hornbeam
    >>> zoom = hornbeam.layers.RandomZoom((-0.5, -0.5))
    >>> zoom([[[0.0], [1.0], [2.0]]], training=True)[..., 0].tolist()
    [[0.5, 1.0, 1.5]]
    """

    bounds: ClassVar = {"height_factor": Bounds(-1, 1, both_ways=True), "width_factor": Bounds(-1, 1, both_ways=True)}

    def __init__(
        self,
        height_factor: Any,
        width_factor: Any = None,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed, **kwargs)
        self.store(locals())
        self.height_factor, self.width_factor = height_factor, width_factor  # configs have them as they were given
        self.check_reading()

    def draw(self, batch: int, height: int, width: int, seed: Any) -> Any:
        tall = 1 + self.drawn("height_factor", batch, seed)
        wide = tall if self.width_factor is None else 1 + self.drawn("width_factor", batch, seed)
        return about_centre((wide, tall * 0, tall * 0, tall), height, width)
