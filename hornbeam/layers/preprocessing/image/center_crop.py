"""`CenterCrop`: the middle of images."""

from __future__ import annotations

from typing import Any

from hornbeam.layers.base.checks import check_positive
from hornbeam.layers.preprocessing.image.boxes import resized
from hornbeam.layers.preprocessing.image.image_layer import ImageLayer
from hornbeam.ops.boxes.transformations import shifted
from hornbeam.ops.image.axes import along, spatial_axes
from hornbeam.ops.image.resizing import resize


class CenterCrop(ImageLayer):
    """The middle of images; of smaller ones the largest part of the wanted aspect ratio, enlarged.

    Args:
        height: rows of the result.
        width: columns of the result.
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Input: (height, width, channels), or a batch of them. Output: the same with the new height and width.

    >>> import hornbeam
    >>> hornbeam.layers.CenterCrop(1, 2)([[[1.0], [2.0], [3.0], [4.0]]])[..., 0].tolist()
    [[2.0, 3.0]]
    """

    always = True

    def __init__(self, height: int, width: int, data_format: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        check_positive(self, "height", height)
        check_positive(self, "width", width)

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        axes, size = spatial_axes(self.data_format), (self.height, self.width)
        starts = [(images.shape[axis] - n) // 2 for axis, n in zip(axes, size, strict=True)]
        if min(starts) >= 0:
            slices = [slice(start, start + n) for start, n in zip(starts, size, strict=True)]
            return images[tuple(along(images, axes, slices, slice(None)))]
        return resize(
            images, size, interpolation or "bilinear", crop_to_aspect_ratio=True, data_format=self.data_format
        )

    def move_corners(self, corners: Any, transformation: Any, height: int, width: int) -> Any:
        down, right = (height - self.height) // 2, (width - self.width) // 2
        if min(down, right) >= 0:
            return shifted(corners, -right, -down)
        return resized(corners, (height, width), (self.height, self.width), crop_to_ratio=True)

    def size_after(self, height: int, width: int) -> tuple[int, int]:
        return self.height, self.width
