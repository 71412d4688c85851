"""`ActivityRegularization`: a penalty on what passes through."""

from __future__ import annotations

from typing import Any

from hornbeam import regularizers
from hornbeam.layers.base.layer import Layer


class ActivityRegularization(Layer):
    """y = x, and adds l1 sum |x| + l2 sum x^2, divided by the batch size, to the loss.

    Args:
        l1, l2: factors, not negative.

    >>> import hornbeam
    >>> hornbeam.layers.ActivityRegularization(l1=0.1)([1.0, 2.0]).tolist()
    [1.0, 2.0]
    """

    passes_values = True
    supports_masking = True

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any):
        super().__init__(activity_regularizer=regularizers.L1L2(l1=l1, l2=l2), **kwargs)
        self.store(locals())

    def call(self, inputs: Any) -> Any:
        return inputs

    def config_arguments(self) -> dict[str, Any]:
        return {key: value for key, value in super().config_arguments().items() if key != "activity_regularizer"}
