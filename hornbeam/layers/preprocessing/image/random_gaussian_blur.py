"""`RandomGaussianBlur`: images out of focus."""

from __future__ import annotations

from typing import Any, ClassVar

from hornbeam import engine
from hornbeam.core import allowance
from hornbeam.layers.base.checks import as_tuple
from hornbeam.layers.preprocessing.image.factors import Bounds
from hornbeam.layers.preprocessing.image.random_image_layer import RandomImageLayer, each, with_chance
from hornbeam.ops.image.axes import along, spatial_axes
from hornbeam.ops.image.filters import filtered


class RandomGaussianBlur(RandomImageLayer):
    """In training, each image is convolved with a Gaussian with a chance of f, which is uniform in `factor`.

    Args:
        factor: (least, largest), between 0 and 1; one number f stands for (0, f).
        kernel_size: of the window: an integer, or two of them, along width and height.
        sigma: the standard deviation is uniform in (least, largest); one number s stands for (0, s).
        value_range: the least and the largest value of a pixel.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        seed: an integer for the same images in every run.

    Input and output: (height, width, channels), or a batch of them; outside is 0.

    >>> import hornbeam
    >>> hornbeam.layers.RandomGaussianBlur(0.0)([[[1.0], [2.0]]], training=True)[..., 0].tolist()
    [[1.0, 2.0]]
    """

    bounds: ClassVar = {"factor": Bounds(0, 1), "sigma": Bounds(0, 1e9)}
    moves = False

    def __init__(
        self,
        factor: Any = 1.0,
        kernel_size: Any = 3,
        sigma: Any = 1.0,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed, **kwargs)
        self.store(locals())
        self.kernel_size = as_tuple(self, "kernel_size", kernel_size, 2)

    def draw(self, batch: int, height: int, width: int, seed: Any) -> Any:
        happens = with_chance(self.drawn("factor", batch, seed), batch, seed)
        return happens, self.drawn("sigma", batch, seed)

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        happens, sigma = transformation
        axes, sizes = spatial_axes(self.data_format), self.kernel_size[::-1]
        borders = [((size - 1) // 2, size // 2) for size in sizes]
        y = engine.pad(images, along(images, axes, borders, (0, 0)))
        for axis, size in zip(axes, sizes, strict=True):
            y = filtered(y, axis, _gaussian(size, engine.maximum(each(sigma), 1e-3)), size)
        return engine.where(each(happens), y, images)


def _gaussian(size: int, sigma: Any) -> list[Any]:
    """exp(-x² / (2 sigma²)) at `size` places around 0, with sum 1: of each image one."""
    allowance.charge(size, 2**14, "pixels to blur by")
    weights = [engine.exp(-((k - (size - 1) / 2) ** 2) / (2 * sigma * sigma)) for k in range(size)]
    total = sum(weights[1:], start=weights[0])
    return [weight / total for weight in weights]
