"""`LeakyReLU`: a small slope below 0."""

from __future__ import annotations

from typing import Any

from hornbeam import activations
from hornbeam.layers.base.checks import check_not_negative
from hornbeam.layers.base.layer import Layer


class LeakyReLU(Layer):
    """y = x where x > 0, negative_slope x elsewhere.

    Args:
        negative_slope: a number, not negative.

    Source: Maas, Hannun and Ng 2013, Rectifier nonlinearities improve neural network acoustic models.

    >>> import hornbeam
    >>> hornbeam.layers.LeakyReLU(0.5)([-1.0, 2.0]).tolist()
    [-0.5, 2.0]
    """

    supports_masking = True

    def __init__(self, negative_slope: float = 0.3, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        check_not_negative(self, "negative_slope", negative_slope)

    def call(self, inputs: Any) -> Any:
        return activations.leaky_relu(inputs, self.negative_slope)
