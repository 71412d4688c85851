"""What random changes of images share: one draw for each image, in training alone."""

from __future__ import annotations

from typing import Any

from hornbeam import engine, random
from hornbeam.core.rng import SeedGenerator
from hornbeam.layers.preprocessing.image.factors import as_range
from hornbeam.layers.preprocessing.image.image_layer import ImageLayer


class RandomImageLayer(ImageLayer):
    """Images changed in training by what `draw` gives, and left as they are at inference.

    Args:
        seed: an integer for the same images in every run.
        kwargs: `data_format`, `name`, `dtype`, ...
    """

    def __init__(self, seed: int | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.seed = seed
        self.seed_generator = SeedGenerator(seed)

    @property
    def generator(self) -> SeedGenerator:
        """The same, under the name that Keras gives it."""
        return self.seed_generator

    def draw(self, batch: int, height: int, width: int, seed: Any) -> Any:
        """What is to be done to each image of a batch."""
        raise NotImplementedError(f"`{type(self).__name__}` must define `draw`.")

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        return super().get_random_transformation(data, training, self.seed_generator if seed is None else seed)

    def drawn(self, name: str, batch: int, seed: Any) -> Any:
        """For each image a number from the range of the argument `name`."""
        low, high = as_range(self, name, getattr(self, name), self.bounds[name])
        return random.uniform((batch,), low, high, "float32", seed)


def with_chance(chance: Any, batch: int, seed: Any) -> Any:
    """For each image whether something happens to it."""
    return random.uniform((batch,), dtype="float32", seed=seed) < chance


def each(values: Any) -> Any:
    """A value for each image, with axes beside those of the images."""
    return engine.reshape(values, (-1, 1, 1, 1))
