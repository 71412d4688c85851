"""`RandomGrayscale`: images without their colours."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.layers.base.checks import check_fraction
from hornbeam.layers.preprocessing.image.color_layer import RandomColor
from hornbeam.layers.preprocessing.image.random_image_layer import with_chance
from hornbeam.ops.image import rgb_to_grayscale


class RandomGrayscale(RandomColor):
    """In training, each image loses its colours with a chance of `factor`; it keeps three channels.

    Args:
        factor: the chance, between 0 and 1.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        seed: an integer for the same images in every run.

    Input and output: (height, width, 3), or a batch of them; gray images, of one channel, stay as they are.

    >>> import hornbeam
    >>> hornbeam.layers.RandomGrayscale(0.0)([[[8.0, 4.0, 2.0]]], training=True).tolist()
    [[[8.0, 4.0, 2.0]]]
    """

    channels = (1, 3)

    def __init__(self, factor: float = 0.5, data_format: str | None = None, seed: int | None = None, **kwargs: Any):
        super().__init__(seed, **kwargs)
        self.store(locals())
        check_fraction(self, "factor", factor)

    def get_random_transformation(self, images: Any, training: bool = True, seed: Any = None) -> Any:
        return super().get_random_transformation(images, training, seed)

    def draw(self, batch: int, height: int, width: int, seed: Any) -> Any:
        return with_chance(self.factor, batch, seed)

    def recolor(self, images: Any, amount: Any) -> Any:
        return engine.where(amount, rgb_to_grayscale(images, self.data_format), images)

    def transform_labels(self, labels: Any, transformations: Any = None, training: bool = True) -> Any:
        return labels

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformations: Any = None, training: bool = True
    ) -> Any:
        return segmentation_masks

    def compute_output_spec(self, inputs: Any, **kwargs: Any) -> Any:
        return super().compute_output_spec(inputs, **kwargs)
