"""What random rotations, translations, zooms and shears share: each image is read through an affine map of its own."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.layers.preprocessing.image.factors import check_way
from hornbeam.layers.preprocessing.image.random_image_layer import RandomImageLayer
from hornbeam.ops.boxes import crop
from hornbeam.ops.boxes.formats import for_each
from hornbeam.ops.boxes.transformations import around, by_corners, shifted
from hornbeam.ops.dispatch import as_array
from hornbeam.ops.image.sampling import FILL_MODES
from hornbeam.ops.image.warping import INTERPOLATIONS, affine_transform


class RandomAffine(RandomImageLayer):
    """The pixel at p = (x, y) is that of the image at A p + b, with A and b drawn for each image."""

    def check_reading(self) -> None:
        """Raise unless images can be read between and beside their pixels as the arguments say."""
        check_way(self, "interpolation", self.interpolation, INTERPOLATIONS)
        check_way(self, "fill_mode", self.fill_mode, FILL_MODES)

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        return affine_transform(
            images,
            transformation,
            interpolation or self.interpolation,
            self.fill_mode,
            self.fill_value,
            self.data_format,
        )

    def move_corners(self, corners: Any, transformation: Any, height: int, width: int) -> Any:
        a0, a1, a2, b0, b1, b2 = (for_each(transformation[:, i], corners) for i in range(6))
        size = a0 * b1 - a1 * b0
        size = engine.where(size == 0, 1e-7, size)  # where the image becomes a line of itself, boxes become wide

        def move(x: Any, y: Any) -> tuple[Any, Any]:
            x, y = x - a2, y - b2
            return (b1 * x - a1 * y) / size, (a0 * y - b0 * x) / size

        return around(corners, move)

    # Keras's names for parts of it

    def get_transformed_x_y(self, x: Any, y: Any, transform: Any) -> tuple[Any, Any]:
        """((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k), with k = c0 x + c1 y + 1; numbers as `affine_transform`."""
        a0, a1, a2, b0, b1, b2, c0, c1 = engine.transpose(engine.reshape(as_array(transform), (-1, 8)), (1, 0))
        x, y = as_array(x), as_array(y)
        k = c0 * x + c1 * y + 1
        return (a0 * x + a1 * y + a2) / k, (b0 * x + b1 * y + b2) / k

    def get_shifted_bbox(self, bounding_boxes: Any, w_shift_factor: Any, h_shift_factor: Any) -> Any:
        """Boxes, as "xyxy", moved to the left and up by so many pixels."""
        return by_corners(
            bounding_boxes, "xyxy", lambda corners: shifted(corners, 0 - w_shift_factor, 0 - h_shift_factor)
        )

    def get_clipped_bbox(self, bounding_boxes: Any, h_end: Any, h_start: Any, w_end: Any, w_start: Any) -> Any:
        """What of boxes, as "xyxy", is in a window of the image, with places in the window."""
        return crop(bounding_boxes, h_start, w_start, h_end - h_start, w_end - w_start)


def affine(a: Any, b: Any) -> Any:
    """The numbers of `affine_transform` for A = ((a0, a1), (a2, a3)) and b = (b0, b1)."""
    zero = a[0] * 0
    numbers = (a[0], a[1], b[0] + zero, a[2], a[3], b[1] + zero, zero, zero)
    return engine.concatenate([engine.reshape(number, (-1, 1)) for number in numbers], 1)


def about_centre(a: Any, height: int, width: int) -> Any:
    """The map A (p - c) + c, with c the middle of the image."""
    x, y = (width - 1) / 2, (height - 1) / 2
    return affine(a, (x - a[0] * x - a[1] * y, y - a[2] * x - a[3] * y))
