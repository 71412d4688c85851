"""`AlphaDropout`: dropout that keeps the mean and the variance of what SELU gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine, random
from hornbeam.core.hyperparameter import Hyperparameter, is_on
from hornbeam.layers.regularization.dropout import Dropout

_LEAST = -1.0507009873554805 * 1.6732632423543772  # what SELU tends to: -scale alpha


class AlphaDropout(Dropout):
    """y = a (x m + alpha' (1 - m)) + b in training, with m 0 at a fraction `rate` of places, 1 elsewhere; else y = x.

    alpha' = -1.758 is the least value of SELU; a = ((1 - rate)(1 + rate alpha'^2))^-1/2 and b = -a alpha' rate leave
    mean 0 and variance 1 as they are.

    Args:
        rate: the fraction of elements to set to alpha', in [0, 1).
        noise_shape: the shape of m, which is broadcast to the input; 1 shares m along an axis, `None` keeps the
            input's size.
        seed: an integer for the same m in every run.

    Input and output: any shape.

    Source: Klambauer et al. 2017, Self-normalizing neural networks.

    >>> import hornbeam
    >>> hornbeam.layers.AlphaDropout(0.5)([1.0, 2.0]).tolist()
    [1.0, 2.0]
    """

    passes_values = True
    rate = Hyperparameter(below=1)

    def __init__(
        self, rate: float, noise_shape: Sequence[int | None] | None = None, seed: int | None = None, **kwargs: Any
    ):
        super().__init__(rate, noise_shape, seed, **kwargs)
        if rate == 1:
            raise ValueError(f"`rate` of `AlphaDropout` must be less than 1. Received: rate={rate!r}.")

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training or not is_on(self, "rate"):
            return inputs
        rate = self.rate
        a = ((1 - rate) * (1 + rate * _LEAST**2)) ** -0.5
        b = -a * _LEAST * rate
        shape = self.shape_of_noise(inputs) or inputs.shape
        kept = random.uniform(shape, dtype="float32", seed=self.seed_generator) >= rate
        return engine.where(kept, inputs, _LEAST) * a + b
