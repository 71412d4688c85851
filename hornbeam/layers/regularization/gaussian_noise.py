"""`GaussianNoise`: noise that is added while training."""

from __future__ import annotations

from typing import Any

from hornbeam import engine, random
from hornbeam.core.hyperparameter import Hyperparameter, is_on
from hornbeam.core.rng import SeedGenerator
from hornbeam.layers.base.layer import Layer


class GaussianNoise(Layer):
    """y = x + n in training, with n normal of mean 0; y = x otherwise.

    Args:
        stddev: the standard deviation of n.
        seed: an integer for the same n in every run.

    >>> import hornbeam
    >>> hornbeam.layers.GaussianNoise(0.1)([1.0, 2.0]).tolist()
    [1.0, 2.0]
    """

    passes_values = True
    supports_masking = True
    stddev = Hyperparameter()

    def __init__(self, stddev: float, seed: int | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        if stddev < 0:
            raise ValueError(f"`stddev` of `GaussianNoise` must not be negative. Received: stddev={stddev!r}.")
        if stddev > 0:
            self.seed_generator = SeedGenerator(seed)

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training or not is_on(self, "stddev"):
            return inputs
        return inputs + random.normal(inputs.shape, 0.0, self.stddev, engine.dtype_name(inputs), self.seed_generator)
