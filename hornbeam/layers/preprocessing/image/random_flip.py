"""`RandomFlip`: images mirrored."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.layers.base.checks import check_choice
from hornbeam.layers.preprocessing.image.boxes import mirrored
from hornbeam.layers.preprocessing.image.random_image_layer import RandomImageLayer, each, with_chance
from hornbeam.ops.image.axes import spatial_axes

_MODES = ("horizontal", "vertical", "horizontal_and_vertical")


class RandomFlip(RandomImageLayer):
    """In training, each image is mirrored with a chance of a half, along each of the axes that `mode` names.

    Args:
        mode: "horizontal" (left and right change places), "vertical" (top and bottom), "horizontal_and_vertical".
        seed: an integer for the same images in every run.
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Input and output: (height, width, channels), or a batch of them.

    >>> import hornbeam
    >>> hornbeam.layers.RandomFlip()([[[1.0], [2.0]]], training=False)[..., 0].tolist()
    [[1.0, 2.0]]
    """

    passes_values = True

    def __init__(
        self,
        mode: str = "horizontal_and_vertical",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed, **kwargs)
        self.store(locals())
        check_choice(self, "mode", mode, _MODES)

    def draw(self, batch: int, height: int, width: int, seed: Any) -> Any:
        return with_chance(0.5, batch, seed), with_chance(0.5, batch, seed)

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        modes = zip(("vertical", "horizontal"), transformation, spatial_axes(self.data_format), strict=True)
        for name, chosen, axis in modes:
            if name in self.mode:
                images = engine.where(each(chosen), engine.flip(images, (axis,)), images)
        return images

    def move_corners(self, corners: Any, transformation: Any, height: int, width: int) -> Any:
        modes = zip(("vertical", "horizontal"), transformation, (1, 0), (height, width), strict=True)
        for name, chosen, axis, size in modes:
            if name in self.mode:
                corners = mirrored(corners, chosen, axis, size)
        return corners
