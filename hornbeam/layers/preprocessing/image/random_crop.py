"""`RandomCrop`: a part of images, somewhere."""

from __future__ import annotations

from typing import Any

from hornbeam import engine, random
from hornbeam.layers.base.checks import check_positive
from hornbeam.layers.preprocessing.image.random_image_layer import RandomImageLayer
from hornbeam.ops.image.axes import spatial_axes
from hornbeam.ops.image.resizing import resize


class RandomCrop(RandomImageLayer):
    """In training, a window of the given size at a random place, the same for all images of a batch.

    At inference, and where an image is not larger than the window, the largest part in the middle that has the
    aspect ratio of the window, resized.

    Args:
        height: rows of the result.
        width: columns of the result.
        seed: an integer for the same images in every run.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        name: of the layer.

    Input: (height, width, channels), or a batch of them. Output: the same with the new height and width.

    >>> import hornbeam
    >>> hornbeam.layers.RandomCrop(1, 2)([[[1.0], [2.0], [3.0], [4.0]]]).shape == (1, 2, 1)
    True
    """

    always = True

    def __init__(
        self,
        height: int,
        width: int,
        seed: int | None = None,
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed, name=name, **kwargs)
        self.store({"height": height, "width": width, "seed": seed, "data_format": data_format})
        check_positive(self, "height", height)
        check_positive(self, "width", width)

    def draw(self, batch: int, height: int, width: int, seed: Any) -> Any:
        if height < self.height or width < self.width:
            return None
        places = random.uniform((2,), dtype="float32", seed=seed)
        return [
            engine.cast(engine.floor(places[i] * (old - new + 1)), "int32")
            for i, (old, new) in enumerate(((height, self.height), (width, self.width)))
        ]

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        size = self.height, self.width
        if transformation is None:
            how = interpolation or "bilinear"
            return resize(images, size, how, crop_to_aspect_ratio=True, data_format=self.data_format)
        for axis, start, n in zip(spatial_axes(self.data_format), transformation, size, strict=True):
            images = engine.take(images, start + engine.arange(0, n, 1, "int32"), axis % 4)
        return images
