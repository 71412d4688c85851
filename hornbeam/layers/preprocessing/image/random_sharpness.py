"""`RandomSharpness`: images made sharper or softer."""

from __future__ import annotations

from typing import Any, ClassVar

from hornbeam import engine
from hornbeam.layers.preprocessing.image.color_layer import RandomColor
from hornbeam.layers.preprocessing.image.factors import Bounds
from hornbeam.ops.image.axes import along, spatial_axes
from hornbeam.ops.image.filters import filtered


class RandomSharpness(RandomColor):
    """In training, y = clip(s + 2 f (x - s)), with s the smoothed image and f uniform in `factor`.

    s is the mean over 3 x 3 pixels in which the middle counts 5 times; 0 is outside. f is drawn for each image.

    Args:
        factor: (least, largest), between 0 and 1; one number f stands for (0, f); 0.5 leaves images as they are.
        value_range: the least and the largest value of a pixel.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        seed: an integer for the same images in every run.

    Input and output: (height, width, channels), or a batch of them.

    >>> import hornbeam
    >>> hornbeam.layers.RandomSharpness((1.0, 1.0))([[[130.0]]], training=True).tolist()
    [[[210.0]]]
    """

    bounds: ClassVar = {"factor": Bounds(0, 1)}
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

    def recolor(self, images: Any, amount: Any) -> Any:
        axes = spatial_axes(self.data_format)
        summed = engine.pad(images, along(images, axes, ((1, 1), (1, 1)), (0, 0)))
        for axis in axes:
            summed = filtered(summed, axis, (1, 1, 1), 3)
        smooth = (summed + 4 * images) / 13
        return self.clipped(smooth + 2 * amount * (images - smooth))
