"""`ThresholdedReLU`: nothing up to a threshold."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.layers.base.checks import check_not_negative
from hornbeam.layers.base.layer import Layer


class ThresholdedReLU(Layer):
    """y = x where x > theta, and 0 elsewhere; of Keras 1 and 2: `ReLU(threshold=theta)` is the same.

    Args:
        theta: the threshold, not negative.

    Input and output: any shape.

    Source: Konda, Memisevic and Krueger 2014, Zero-bias autoencoders and the benefits of co-adapting features.

    >>> import hornbeam
    >>> hornbeam.layers.ThresholdedReLU(theta=1.0)([-2.0, 0.5, 3.0]).tolist()
    [0.0, 0.0, 3.0]
    """

    supports_masking = True

    def __init__(self, theta: float = 1.0, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        check_not_negative(self, "theta", theta)

    def call(self, inputs: Any) -> Any:
        return engine.where(inputs > self.theta, inputs, 0)
