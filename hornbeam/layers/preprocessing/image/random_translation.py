"""`RandomTranslation`: images moved up or down, left or right."""

from __future__ import annotations

from typing import Any, ClassVar

from hornbeam.layers.preprocessing.image.factors import Bounds
from hornbeam.layers.preprocessing.image.random_affine import RandomAffine, affine


class RandomTranslation(RandomAffine):
    """In training, each image is moved down by f height and right by g width, with f and g uniform in their factors.

    Args:
        height_factor: a fraction of the height, (least, largest); one number f stands for (-f, f).
        width_factor: likewise, of the width.
        fill_mode: what is outside: "reflect", "constant", "nearest", "wrap" or "mirror".
        interpolation: "bilinear" or "nearest".
        seed: an integer for the same images in every run.
        fill_value: for "constant".
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Input and output: (height, width, channels), or a batch of them.

    >>> import hornbeam
    >>> move = hornbeam.layers.RandomTranslation(0, (0.5, 0.5), fill_mode="wrap")
    >>> move([[[1.0], [2.0]]], training=True)[..., 0].tolist()
    [[2.0, 1.0]]
    """

    bounds: ClassVar = {"height_factor": Bounds(-1, 1, both_ways=True), "width_factor": Bounds(-1, 1, both_ways=True)}

    def __init__(
        self,
        height_factor: Any,
        width_factor: Any,
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
        down, right = (self.drawn(name, batch, seed) for name in ("height_factor", "width_factor"))
        one, zero = down * 0 + 1, down * 0
        return affine((one, zero, zero, one), (-right * width, -down * height))
