"""`RandomShear`: images pushed aslant."""

from __future__ import annotations

from typing import Any, ClassVar

from hornbeam import engine
from hornbeam.layers.preprocessing.image.factors import Bounds
from hornbeam.layers.preprocessing.image.random_affine import RandomAffine, affine
from hornbeam.layers.preprocessing.image.random_image_layer import with_chance


class RandomShear(RandomAffine):
    """In training, the pixel at (x, y) is that of the image at (x + f y, y + g x).

    For each image, f and g are uniform in their factors, and with a chance of a half both change their sign.

    Args:
        x_factor: f, (least, largest); one number f stands for (-f, f).
        y_factor: g, likewise.
        interpolation: "bilinear" or "nearest".
        fill_mode: what is outside: "reflect", "constant", "nearest", "wrap" or "mirror".
        fill_value: for "constant".
        data_format: "channels_last" or "channels_first"; the global setting by default.
        seed: an integer for the same images in every run.

    Input and output: (height, width, channels), or a batch of them.

    >>> import hornbeam
    >>> shear = hornbeam.layers.RandomShear((1.0, 1.0))
    >>> shear([[[1.0], [2.0]], [[3.0], [4.0]]], training=True)[0, :, 0].tolist()
    [1.0, 2.0]
    """

    bounds: ClassVar = {"x_factor": Bounds(0, 1, both_ways=True), "y_factor": Bounds(0, 1, both_ways=True)}

    def __init__(
        self,
        x_factor: Any = 0.0,
        y_factor: Any = 0.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed, **kwargs)
        self.store(locals())
        self.check_reading()

    def draw(self, batch: int, height: int, width: int, seed: Any) -> Any:
        sign = engine.where(with_chance(0.5, batch, seed), 1.0, -1.0)
        f, g = (sign * self.drawn(name, batch, seed) for name in ("x_factor", "y_factor"))
        return affine((f * 0 + 1, f, g, f * 0 + 1), (0, 0))
