"""Layers that act in training only: noise, and a penalty on activity. And one that never does anything."""

from __future__ import annotations

from typing import Any

from hornbeam import engine, random, regularizers
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
        return inputs + _normal(inputs, 0.0, self.stddev, self.seed_generator)


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
        return inputs * _normal(inputs, 1.0, (self.rate / (1 - self.rate)) ** 0.5, self.seed_generator)


class ActivityRegularization(Layer):
    """y = x, and adds l1 sum |x| + l2 sum x^2, divided by the batch size, to the loss.

    Args:
        l1, l2: factors, not negative.

    >>> import hornbeam
    >>> hornbeam.layers.ActivityRegularization(l1=0.1)([1.0, 2.0]).tolist()
    [1.0, 2.0]
    """

    supports_masking = True

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any):
        super().__init__(activity_regularizer=regularizers.L1L2(l1=l1, l2=l2), **kwargs)
        self.store(locals())

    def call(self, inputs: Any) -> Any:
        return inputs

    def config_arguments(self) -> dict[str, Any]:
        return {key: value for key, value in super().config_arguments().items() if key != "activity_regularizer"}


class Identity(Layer):
    """y = x.

    >>> import hornbeam
    >>> hornbeam.layers.Identity()([1.0, 2.0]).tolist()
    [1.0, 2.0]
    """

    supports_masking = True

    def call(self, inputs: Any) -> Any:
        return inputs


def _normal(like: Any, mean: float, stddev: float, seed: Any) -> Any:
    return random.normal(like.shape, mean, stddev, engine.dtype_name(like), seed)
