"""`Resizing`: images in another size."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.layers.base.checks import check_choice, check_positive
from hornbeam.layers.preprocessing.image.boxes import resized
from hornbeam.layers.preprocessing.image.image_layer import ImageLayer, check_images
from hornbeam.ops.image.resizing import INTERPOLATIONS, resize


class Resizing(ImageLayer):
    """Images in a given size; integers stay integers.

    Args:
        height: rows of the result.
        width: columns of the result.
        interpolation: "bilinear", "nearest", "bicubic", "lanczos3" or "lanczos5".
        crop_to_aspect_ratio: cut off what does not fit instead of changing the aspect ratio.
        pad_to_aspect_ratio: fill up what is missing instead of changing the aspect ratio.
        fill_mode: "constant".
        fill_value: of the pixels that are filled up.
        antialias: average over what falls into a new pixel, where pixels get fewer.
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Input: (height, width, channels), or a batch of them. Output: the same with the new height and width.

    >>> import hornbeam
    >>> hornbeam.layers.Resizing(1, 2)([[[1.0], [2.0], [3.0], [4.0]]])[..., 0].tolist()
    [[1.5, 3.5]]
    """

    always = True

    def __init__(
        self,
        height: int,
        width: int,
        interpolation: str = "bilinear",
        crop_to_aspect_ratio: bool = False,
        pad_to_aspect_ratio: bool = False,
        fill_mode: str = "constant",
        fill_value: float = 0.0,
        antialias: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.store(locals())
        check_positive(self, "height", height)
        check_positive(self, "width", width)
        self.interpolation = check_choice(self, "interpolation", interpolation, INTERPOLATIONS)

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        check_images(self, images)
        resized = self._changed(images, transformation, training)
        of_images = engine.dtype_name(images)
        dtype = of_images if "int" in of_images else self.compute_dtype
        return engine.cast(engine.round(resized) if "int" in dtype else resized, dtype)

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        return resize(
            images,
            (self.height, self.width),
            interpolation or self.interpolation,
            self.antialias,
            self.crop_to_aspect_ratio,
            self.pad_to_aspect_ratio,
            self.fill_mode,
            self.fill_value,
            self.data_format,
        )

    def move_corners(self, corners: Any, transformation: Any, height: int, width: int) -> Any:
        ratios = self.crop_to_aspect_ratio, self.pad_to_aspect_ratio
        return resized(corners, (height, width), (self.height, self.width), *ratios)

    def size_after(self, height: int, width: int) -> tuple[int, int]:
        return self.height, self.width
