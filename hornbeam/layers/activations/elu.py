"""`ELU`: an exponential below 0."""

from __future__ import annotations

from typing import Any

from hornbeam import activations
from hornbeam.layers.base.layer import Layer


class ELU(Layer):
    """y = x where x > 0, alpha (exp(x) - 1) elsewhere.

    Args:
        alpha: minus the smallest output.

    Source: Clevert, Unterthiner and Hochreiter 2015, Fast and accurate deep network learning.

    >>> import hornbeam
    >>> hornbeam.layers.ELU()([0.0, 2.0]).tolist()
    [0.0, 2.0]
    """

    supports_masking = True

    def __init__(self, alpha: float = 1.0, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())

    def call(self, inputs: Any) -> Any:
        return activations.elu(inputs, self.alpha)
