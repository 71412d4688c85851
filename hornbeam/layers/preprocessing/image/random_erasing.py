"""`RandomErasing`: images with a rectangle that nothing is seen of."""

from __future__ import annotations

from typing import Any, ClassVar

from hornbeam import engine
from hornbeam.core.random_keys import draw_key
from hornbeam.layers.preprocessing.image.factors import Bounds, check_number
from hornbeam.layers.preprocessing.image.random_image_layer import RandomImageLayer, with_chance
from hornbeam.layers.preprocessing.image.rectangles import pixels, rectangles
from hornbeam.ops.image.axes import channel_axis


class RandomErasing(RandomImageLayer):
    """In training, a rectangle of each image is filled, with a chance of f, which is uniform in `factor`.

    Its height is sqrt(s) times that of the image, its width sqrt(t) times, with s and t uniform in `scale`.

    Args:
        factor: (least, largest), between 0 and 1; one number f stands for (0, f).
        scale: likewise; s = t is the rectangle's share of the image.
        fill_value: what it is filled with, a number or one for each channel; by default noise from a normal
            distribution around 0, times the largest value of a pixel and within the range of values.
        value_range: the least and the largest value of a pixel.
        seed: an integer for the same images in every run.
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Input and output: (height, width, channels), or a batch of them.

    Source: Zhong et al. 2017, Random erasing data augmentation.

    >>> import hornbeam
    >>> erase = hornbeam.layers.RandomErasing((1.0, 1.0), (1.0, 1.0), fill_value=7.0)
    >>> erase([[[1.0], [2.0]]], training=True)[..., 0].tolist()
    [[7.0, 7.0]]
    """

    bounds: ClassVar = {"factor": Bounds(0, 1), "scale": Bounds(0, 1)}
    moves = False

    def __init__(
        self,
        factor: Any = 1.0,
        scale: Any = (0.02, 0.33),
        fill_value: Any = None,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed, **kwargs)
        self.store(locals())
        for value in fill_value if isinstance(fill_value, list | tuple) else (fill_value or 0,):
            check_number(self, "fill_value", value)

    def draw(self, batch: int, height: int, width: int, seed: Any) -> Any:
        happens = with_chance(self.drawn("factor", batch, seed), batch, seed)
        shares = engine.sqrt(self.drawn("scale", batch, seed)), engine.sqrt(self.drawn("scale", batch, seed))
        down, across = rectangles((height, width), shares, seed)
        return (happens[:, None] & down, across), draw_key(seed)

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        inside, key = transformation
        return engine.where(pixels(inside, self.data_format), self._filling(images, key), images)

    def _filling(self, images: Any, key: Any) -> Any:
        low, high = self.value_range
        if self.fill_value is None:
            noise = engine.random_normal(key, tuple(images.shape), "float32")
            return engine.minimum(engine.maximum(high * noise, low), high)
        shape = [1, 1, 1, 1]
        shape[channel_axis(self.data_format)] = -1
        return engine.reshape(engine.asarray(self.fill_value, "float32"), shape)
