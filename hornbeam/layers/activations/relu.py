"""`ReLU`: nothing below a threshold, nothing above a limit."""

from __future__ import annotations

from typing import Any

from hornbeam import activations
from hornbeam.layers.base.checks import check_not_negative
from hornbeam.layers.base.layer import Layer


class ReLU(Layer):
    """y = min(x, max_value) where x > threshold, negative_slope (x - threshold) elsewhere.

    Args:
        max_value: the largest output; none by default.
        negative_slope: of what is at most `threshold`.
        threshold: only what is above it passes.

    >>> import hornbeam
    >>> hornbeam.layers.ReLU(max_value=6.0)([-1.0, 2.0, 9.0]).tolist()
    [0.0, 2.0, 6.0]
    """

    supports_masking = True

    def __init__(
        self, max_value: float | None = None, negative_slope: float = 0.0, threshold: float = 0.0, **kwargs: Any
    ):
        super().__init__(**kwargs)
        self.store(locals())
        if max_value is not None:
            check_not_negative(self, "max_value", max_value)
        check_not_negative(self, "negative_slope", negative_slope)
        check_not_negative(self, "threshold", threshold)

    def call(self, inputs: Any) -> Any:
        return activations.relu(inputs, self.negative_slope, self.max_value, self.threshold)
