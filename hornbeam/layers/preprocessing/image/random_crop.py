"""`RandomCrop`: a window of images, at a random place."""

from __future__ import annotations

from typing import Any

from hornbeam import engine, random
from hornbeam.layers.base.checks import check_positive
from hornbeam.layers.preprocessing.image.boxes import resized
from hornbeam.layers.preprocessing.image.random_image_layer import RandomImageLayer
from hornbeam.ops.boxes.transformations import shifted
from hornbeam.ops.image.axes import along, spatial_axes
from hornbeam.ops.image.resizing import resize


class RandomCrop(RandomImageLayer):
    """In training, y[i, j] = x[top + i, left + j], with (top, left) uniform over the places where the window fits.

    All images of a batch have the same place. At inference, and for images that the window does not fit into, y is
    the largest part in the middle of x that has the window's aspect ratio, resized to the window.

    Args:
        height: of the window.
        width: of the window.
        seed: an integer for the same images in every run.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        name: of the layer.

    Input: (height, width, channels), or a batch of them. Output: the same with the window's height and width.

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
        for side in ("height", "width"):
            check_positive(self, side, getattr(self, side))

    def draw(self, batch: int, height: int, width: int, seed: Any) -> Any:
        places = height - self.height + 1, width - self.width + 1
        if min(places) < 1:
            return None
        return tuple(random.randint((1,), 0, n, "int32", seed) for n in places)

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        window = self.height, self.width
        if transformation is None:
            return resize(
                images, window, interpolation or "bilinear", crop_to_aspect_ratio=True, data_format=self.data_format
            )
        axes = spatial_axes(self.data_format)
        starts = along(images, axes, [engine.reshape(first, ()) for first in transformation], 0)
        sizes = [window[axes.index(i - 4)] if i - 4 in axes else n for i, n in enumerate(images.shape)]
        return engine.dynamic_slice(images, starts, sizes)

    def move_corners(self, corners: Any, transformation: Any, height: int, width: int) -> Any:
        if transformation is None:
            return resized(corners, (height, width), (self.height, self.width), crop_to_ratio=True)
        top, left = transformation
        return shifted(corners, 0 - left, 0 - top)

    def size_after(self, height: int, width: int) -> tuple[int, int]:
        return self.height, self.width
