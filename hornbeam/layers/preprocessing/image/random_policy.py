"""What policies of augmentation share: operations that are drawn by lot, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hornbeam import engine, random
from hornbeam.core import tree
from hornbeam.layers.preprocessing.image.auto_contrast import AutoContrast
from hornbeam.layers.preprocessing.image.equalization import Equalization
from hornbeam.layers.preprocessing.image.factors import Bounds
from hornbeam.layers.preprocessing.image.image_layer import ImageLayer
from hornbeam.layers.preprocessing.image.random_brightness import RandomBrightness
from hornbeam.layers.preprocessing.image.random_color_degeneration import RandomColorDegeneration
from hornbeam.layers.preprocessing.image.random_contrast import RandomContrast
from hornbeam.layers.preprocessing.image.random_image_layer import RandomImageLayer
from hornbeam.layers.preprocessing.image.random_posterization import RandomPosterization
from hornbeam.layers.preprocessing.image.random_rotation import RandomRotation
from hornbeam.layers.preprocessing.image.random_sharpness import RandomSharpness
from hornbeam.layers.preprocessing.image.random_shear import RandomShear
from hornbeam.layers.preprocessing.image.random_translation import RandomTranslation
from hornbeam.layers.preprocessing.image.solarization import Solarization


class RandomPolicy(RandomImageLayer):
    """y = o_n(... o_1(x)), where each o is one of `operations`: the same for a batch, its amount drawn for each image.

    A layer of this kind has `value_range`, `factor`, `interpolation` and `data_format`, and makes `operations` of them.
    """

    bounds = {"factor": Bounds(0, 1)}
    channels = (1, 3)
    operations: Sequence[ImageLayer]

    def geometric(self) -> list[ImageLayer]:
        """The operations that move pixels."""
        how = {"interpolation": self.interpolation, "data_format": self.data_format}
        return [
            RandomShear(self.factor, self.factor, name="random_shear", **how),
            RandomTranslation(self.factor, self.factor, name="random_translation", **how),
            RandomRotation(self.factor, name="random_rotation", **how),
        ]

    def photometric(self) -> list[ImageLayer]:
        """The operations that change values, as far as they have not to do with light and sharpness."""
        how = {"value_range": self.value_range, "data_format": self.data_format}
        bits = max(1, int(8 * self.factor[1]))
        return [
            AutoContrast(name="auto_contrast", **how),
            Equalization(name="equalization", **how),
            RandomPosterization((1, bits), name="random_posterization", **how),
            Solarization(self.factor, self.factor, name="solarization", **how),
        ]

    def of_light(self) -> list[ImageLayer]:
        """The operations that change light, colour and sharpness."""
        how = {"value_range": self.value_range, "data_format": self.data_format}
        return [
            RandomBrightness(self.factor, name="random_brightness", **how),
            RandomColorDegeneration(self.factor, name="random_color_degeneration", **how),
            RandomContrast(self.factor, name="random_contrast", **how),
            RandomSharpness(self.factor, name="random_sharpness", **how),
        ]

    def draw_steps(self, steps: int, batch: int, height: int, width: int, seed: Any) -> tuple[Any, Any]:
        """For each step the index of an operation, and for each operation what it would do to each image."""

        def by_step(x: Any) -> Any:
            return engine.reshape(x, (steps, batch, *x.shape[1:]))

        chosen = random.randint((steps,), 0, len(self.operations), "int32", seed)
        amounts = [operation.draw(steps * batch, height, width, seed) for operation in self.operations]
        return chosen, [None if amount is None else tree.map(by_step, amount) for amount in amounts]

    def step(self, i: Any, drawn: tuple[Any, Any], x: Any, act: Callable[[ImageLayer, Any, Any], Any]) -> Any:
        """`act(operation, x, amount)` for the operation that was drawn for step i; x, if it was none of them."""
        chosen, amounts = drawn

        def of_step(values: Any) -> Any:
            return engine.take(values, i, 0)

        def branch(operation: ImageLayer, amount: Any) -> Callable[[Any], Any]:
            return lambda x: act(operation, x, None if amount is None else tree.map(of_step, amount))

        branches = [branch(*pair) for pair in zip(self.operations, amounts, strict=True)]
        return _one_of([*branches, lambda x: x], of_step(chosen), x)


def _one_of(branches: Sequence[Callable[[Any], Any]], index: Any, x: Any) -> Any:
    """`branches[index](x)`; the others are not computed."""
    if len(branches) == 1:
        return branches[0](x)
    half = len(branches) // 2
    return engine.cond(
        index < half,
        lambda x: _one_of(branches[:half], index, x),
        lambda x: _one_of(branches[half:], index - half, x),
        x,
    )
