"""What random rotations, translations, zooms and shears share: each image is read through an affine map of its own."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.layers.base.checks import check_choice
from hornbeam.layers.preprocessing.image.random_image_layer import RandomImageLayer
from hornbeam.ops.image.sampling import FILL_MODES
from hornbeam.ops.image.warping import INTERPOLATIONS, affine_transform


class RandomAffine(RandomImageLayer):
    """The pixel at p = (x, y) is that of the image at A p + b, with A and b drawn for each image."""

    def check_reading(self) -> None:
        """Raise unless images can be read between and beside their pixels as the arguments say."""
        check_choice(self, "interpolation", self.interpolation, INTERPOLATIONS)
        check_choice(self, "fill_mode", self.fill_mode, FILL_MODES)

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        return affine_transform(
            images,
            transformation,
            interpolation or self.interpolation,
            self.fill_mode,
            self.fill_value,
            self.data_format,
        )


def affine(a: Any, b: Any) -> Any:
    """The numbers of `affine_transform` for A = ((a0, a1), (a2, a3)) and b = (b0, b1)."""
    zero = a[0] * 0
    numbers = (a[0], a[1], b[0] + zero, a[2], a[3], b[1] + zero, zero, zero)
    return engine.concatenate([engine.reshape(number, (-1, 1)) for number in numbers], 1)


def about_centre(a: Any, height: int, width: int) -> Any:
    """The map A (p - c) + c, with c the middle of the image."""
    x, y = (width - 1) / 2, (height - 1) / 2
    return affine(a, (x - a[0] * x - a[1] * y, y - a[2] * x - a[3] * y))
