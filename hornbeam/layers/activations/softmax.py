"""`Softmax`: positive numbers of sum 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import activations, engine, ops
from hornbeam.layers.base.checks import is_batch
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

    @property
    def row_independent(self) -> bool:
        """Whether no axis is that of the batch."""
        return not is_batch(self, self.axis)

    @property
    def last_activation(self) -> Any:
        """The function that `call` ends with, where it is along the last axis."""
        return activations.softmax if self.axis == -1 else None

    def call(self, inputs: Any, mask: Any = None) -> Any:
        if mask is None:
            return ops.softmax(inputs, self.axis)
        mask = engine.cast(mask, "bool")
        lowest = -3e4 if engine.dtype_name(inputs) == "float16" else -1e9
        return engine.where(mask, ops.softmax(engine.where(mask, inputs, lowest), self.axis), 0)
