"""What random colour operations share: pixels change where they are, within the range of values."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.layers.preprocessing.image.random_image_layer import RandomImageLayer, each


class RandomColor(RandomImageLayer):
    """Images whose pixels change in colour, by a number for each image: `recolor(images, number)`."""

    moves = False
    channels: tuple[int, ...] | None = (1, 3)

    def recolor(self, images: Any, amount: Any) -> Any:
        """The images with other colours; `amount` has an axis for each of theirs."""
        raise NotImplementedError(f"`{type(self).__name__}` must define `recolor`.")

    def draw(self, batch: int, height: int, width: int, seed: Any) -> Any:
        return self.drawn("factor", batch, seed)

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        return self.recolor(images, each(transformation))

    def clipped(self, images: Any) -> Any:
        """The images, with values within the range."""
        low, high = self.value_range
        return engine.minimum(engine.maximum(images, low), high)
