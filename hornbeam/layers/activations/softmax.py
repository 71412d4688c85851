"""`Softmax`: positive numbers of sum 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine, ops
from hornbeam.layers.base.layer import Layer


class Softmax(Layer):
    """y = exp(x) / sum(exp(x)) over `axis`, of what the mask leaves; 0 where it does not.

    Args:
        axis: an axis or several.

    Call arguments:
        inputs: any shape.
        mask: booleans that broadcast to the inputs.

    >>> import hornbeam
    >>> hornbeam.layers.Softmax()([0.0, 0.0]).tolist()
    [0.5, 0.5]
    """

    supports_masking = True

    def __init__(self, axis: int | Sequence[int] = -1, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())

    def call(self, inputs: Any, mask: Any = None) -> Any:
        if mask is None:
            return ops.softmax(inputs, self.axis)
        mask = engine.cast(mask, "bool")
        lowest = -3e4 if engine.dtype_name(inputs) == "float16" else -1e9
        return engine.where(mask, ops.softmax(engine.where(mask, inputs, lowest), self.axis), 0)
