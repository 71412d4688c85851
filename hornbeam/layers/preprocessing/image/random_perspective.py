"""`RandomPerspective`: images seen from aside."""

from __future__ import annotations

from typing import Any, ClassVar

from hornbeam import engine, random
from hornbeam.layers.base.checks import check_fraction
from hornbeam.layers.preprocessing.image.factors import Bounds, check_number, check_way
from hornbeam.layers.preprocessing.image.random_image_layer import RandomImageLayer, each, with_chance
from hornbeam.ops.boxes.formats import for_each
from hornbeam.ops.boxes.transformations import around
from hornbeam.ops.image.warping import INTERPOLATIONS, affine_transform, homography


class RandomPerspective(RandomImageLayer):
    """In training, a perspective moves the corner (x, y) of each image to (x + scale u x, y + scale v y).

    x and y are counted from the left upper corner, which stays; u and v are uniform in (-1/2, 1/2), for each corner.
    This happens with a chance of f, which is uniform in `factor`.

    Args:
        factor: (least, largest), between 0 and 1; one number f stands for (0, f).
        scale: how far corners move, between 0 and 1.
        interpolation: "bilinear" or "nearest".
        fill_value: what is outside.
        seed: an integer for the same images in every run.
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Input and output: (height, width, channels), or a batch of them.

    >>> import hornbeam
    >>> hornbeam.layers.RandomPerspective(0.0)([[[1.0], [2.0]]], training=True)[..., 0].tolist()
    [[1.0, 2.0]]
    """

    bounds: ClassVar = {"factor": Bounds(0, 1)}

    def __init__(
        self,
        factor: Any = 1.0,
        scale: float = 1.0,
        interpolation: str = "bilinear",
        fill_value: float = 0.0,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed, **kwargs)
        self.store(locals())
        check_fraction(self, "scale", scale)
        check_way(self, "interpolation", interpolation, INTERPOLATIONS)
        check_number(self, "fill_value", fill_value)

    def draw(self, batch: int, height: int, width: int, seed: Any) -> Any:
        happens = with_chance(self.drawn("factor", batch, seed), batch, seed)
        right, bottom = max(width - 1, 1), max(height - 1, 1)
        corners = engine.asarray([[0, 0], [right, 0], [0, bottom], [right, bottom]], "float32")
        moved = random.uniform((batch, 4, 2), 1 - self.scale / 2, 1 + self.scale / 2, "float32", seed) * corners
        return happens, engine.broadcast_to(corners, tuple(moved.shape)), moved

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        happens, corners, moved = transformation
        how = interpolation or self.interpolation
        numbers = homography(moved, corners)
        seen = affine_transform(images, numbers, how, "constant", self.fill_value, self.data_format)
        return engine.where(each(happens), seen, images)

    def move_corners(self, corners: Any, transformation: Any, height: int, width: int) -> Any:
        happens, before, after = transformation
        numbers = homography(before, after)
        a0, a1, a2, b0, b1, b2, c0, c1 = (for_each(numbers[:, i], corners) for i in range(8))

        def move(x: Any, y: Any) -> tuple[Any, Any]:
            below = c0 * x + c1 * y + 1
            return (a0 * x + a1 * y + a2) / below, (b0 * x + b1 * y + b2) / below

        return engine.where(for_each(happens, corners) > 0, around(corners, move), corners)
