"""`RandomColorJitter`: images with other light, contrast and colours."""

from __future__ import annotations

from typing import Any, ClassVar

from hornbeam.layers.preprocessing.image.color_layer import RandomColor
from hornbeam.layers.preprocessing.image.random_brightness import RandomBrightness
from hornbeam.layers.preprocessing.image.random_contrast import RandomContrast
from hornbeam.layers.preprocessing.image.random_hue import RandomHue
from hornbeam.layers.preprocessing.image.random_image_layer import RandomImageLayer
from hornbeam.layers.preprocessing.image.random_saturation import RandomSaturation


class RandomColorJitter(RandomImageLayer):
    """In training, y = hue(saturation(contrast(brightness(x)))), each by an amount of its own for each image.

    Args:
        value_range: the least and the largest value of a pixel.
        brightness_factor: that of `RandomBrightness`; `None` leaves brightness as it is.
        contrast_factor: that of `RandomContrast`, likewise.
        saturation_factor: that of `RandomSaturation`, likewise.
        hue_factor: that of `RandomHue`, likewise.
        seed: an integer for the same images in every run.
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Input and output: (height, width, channels), or a batch of them; saturation and hue need three channels.

    >>> import hornbeam
    >>> jitter = hornbeam.layers.RandomColorJitter((0, 1), brightness_factor=(0.5, 0.5))
    >>> jitter([[[0.25], [0.75]]], training=True)[..., 0].tolist()
    [[0.75, 1.0]]
    """

    moves = False
    parts: ClassVar[dict[str, type[RandomColor]]] = {
        "brightness_factor": RandomBrightness,
        "contrast_factor": RandomContrast,
        "saturation_factor": RandomSaturation,
        "hue_factor": RandomHue,
    }
    bounds: ClassVar = {name: part.bounds["factor"] for name, part in parts.items()}

    def __init__(
        self,
        value_range: Any = (0, 255),
        brightness_factor: Any = None,
        contrast_factor: Any = None,
        saturation_factor: Any = None,
        hue_factor: Any = None,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed, **kwargs)
        self.store(locals())
        given = {name: getattr(self, name) for name in self.parts if getattr(self, name) is not None}
        how = {"value_range": value_range, "data_format": data_format}
        self.operations = [self.parts[name](factor, name=name, **how) for name, factor in given.items()]
        if {"saturation_factor", "hue_factor"} & set(given):
            self.channels = (3,)
        self.brightness_factor, self.contrast_factor = brightness_factor, contrast_factor  # as given, for configs
        self.saturation_factor, self.hue_factor = saturation_factor, hue_factor

    def draw(self, batch: int, height: int, width: int, seed: Any) -> Any:
        return [operation.draw(batch, height, width, seed) for operation in self.operations]

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        for operation, amount in zip(self.operations, transformation, strict=True):
            images = operation.change(images, amount)
        return images
