"""`GaussianDropout`: noise that multiplies while training."""

from __future__ import annotations

from typing import Any

from hornbeam import engine, random
from hornbeam.core.hyperparameter import Hyperparameter, is_on
from hornbeam.core.rng import SeedGenerator
from hornbeam.layers.base.layer import Layer


class GaussianDropout(Layer):
    """y = x n in training, with n normal of mean 1 and variance rate / (1 - rate); y = x otherwise.

    Args:
        rate: in [0, 1).
        seed: an integer for the same n in every run.

    Source: Srivastava et al. 2014, Dropout: a simple way to prevent neural networks from overfitting.

    >>> import hornbeam
    >>> hornbeam.layers.GaussianDropout(0.1)([1.0, 2.0]).tolist()
    [1.0, 2.0]
    """

    passes_values = True
    supports_masking = True
    rate = Hyperparameter(below=1)

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        if not 0 <= rate < 1:
            raise ValueError(f"`rate` of `GaussianDropout` must be in [0, 1). Received: rate={rate!r}.")
        if rate > 0:
            self.seed_generator = SeedGenerator(seed)

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training or not is_on(self, "rate"):
            return inputs
        stddev = (self.rate / (1 - self.rate)) ** 0.5
        return inputs * random.normal(inputs.shape, 1.0, stddev, engine.dtype_name(inputs), self.seed_generator)
