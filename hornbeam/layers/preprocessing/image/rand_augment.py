"""`RandAugment`: images changed by a few operations of many."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.layers.base.checks import check_positive
from hornbeam.layers.preprocessing.image.factors import check_way
from hornbeam.layers.preprocessing.image.image_layer import ImageLayer
from hornbeam.layers.preprocessing.image.random_policy import RandomPolicy
from hornbeam.ops.image.warping import INTERPOLATIONS


class RandAugment(RandomPolicy):
    """In training, images go through `num_ops` of 11 operations, drawn by lot for each batch.

    Each is shearing, translation, rotation, contrast to the whole range, equalization, posterization, solarization,
    brightness, loss of colour, contrast or sharpness. How strong it is, is drawn for each image.

    Args:
        value_range: the least and the largest value of a pixel.
        num_ops: how many operations; the same may come again.
        factor: the strength, (least, largest), between 0 and 1; one number f stands for (0, f).
        interpolation: "bilinear" or "nearest".
        seed: an integer for the same images in every run.
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Input and output: (height, width, channels) with one channel or three, or a batch of them.

    Source: Cubuk et al. 2019, RandAugment: practical automated data augmentation with a reduced search space.

    >>> import hornbeam
    >>> hornbeam.layers.RandAugment()([[[8.0], [4.0]]], training=True).shape == (1, 2, 1)
    True
    """

    def __init__(
        self,
        value_range: Any = (0, 255),
        num_ops: int = 2,
        factor: Any = 0.5,
        interpolation: str = "bilinear",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed, **kwargs)
        self.store(locals())
        self.num_ops = check_positive(self, "num_ops", num_ops)
        self.interpolation = check_way(self, "interpolation", interpolation, INTERPOLATIONS)
        self.operations = [*self.geometric(), *self.photometric(), *self.of_light()]

    def draw(self, batch: int, height: int, width: int, seed: Any) -> Any:
        return self.draw_steps(self.num_ops, batch, height, width, seed)

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        def act(operation: ImageLayer, x: Any, amount: Any) -> Any:
            seen = interpolation is None or operation.moves  # masks only move
            return operation.change(x, amount, interpolation) if seen else x

        return engine.fori_loop(0, self.num_ops, lambda i, x: self.step(i, transformation, x, act), images)

    def move_corners(self, corners: Any, transformation: Any, height: int, width: int) -> Any:
        def act(operation: ImageLayer, x: Any, amount: Any) -> Any:
            return operation.move_corners(x, amount, height, width) if operation.moves else x

        return engine.fori_loop(0, self.num_ops, lambda i, x: self.step(i, transformation, x, act), corners)
