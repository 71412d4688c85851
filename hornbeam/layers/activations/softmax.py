"""`Softmax`: positive numbers of sum 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import activations, engine, ops
from hornbeam.core.brief import shown_shape
from hornbeam.core.declarations import fact
from hornbeam.layers.base.checks import is_batch
from hornbeam.layers.base.layer import Layer
from hornbeam.ops.dispatch import normalize_axes


class Softmax(Layer):
    """y = exp(x) / sum(exp(x)) over `axis`, of what the mask leaves; 0 where it does not.

    Args:
        axis: an axis or several.

    Call arguments:
        inputs: any shape.
        mask: booleans that broadcast to the inputs, or of their leading axes: a mask (batch, time) of sequences leaves
            steps out of a sum over time, and does not matter to sums within a step.

    >>> import hornbeam
    >>> hornbeam.layers.Softmax()([0.0, 0.0]).tolist()
    [0.5, 0.5]
    """

    supports_masking = True

    def __init__(self, axis: int | Sequence[int] = -1, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())

    @fact
    def row_independent(self) -> bool:
        """Whether no axis is that of the batch."""
        return not is_batch(self, self.axis)

    @fact
    def last_activation(self) -> Any:
        """The function that `call` ends with, where it is along the last axis."""
        return activations.softmax if self.axis == -1 else None

    def call(self, inputs: Any, mask: Any = None) -> Any:
        mask = None if mask is None else self._along_axes(engine.cast(mask, "bool"), inputs)
        if mask is None:
            return ops.softmax(inputs, self.axis)
        lowest = -3e4 if engine.dtype_name(inputs) == "float16" else -1e9
        return engine.where(mask, ops.softmax(engine.where(mask, inputs, lowest), self.axis), 0)

    def _along_axes(self, mask: Any, inputs: Any) -> Any:
        """The mask as it broadcasts to the inputs; `None` where it is the same all along the axes of the sum."""
        leading = mask.ndim
        wanted = tuple(inputs.shape)
        if leading > len(wanted) or any(
            n not in (1, size) for n, size in zip(mask.shape[::-1], wanted[::-1], strict=False)
        ):
            if tuple(mask.shape) != wanted[:leading]:
                raise ValueError(
                    f"`mask` of layer `{self.name}` (Softmax) must broadcast to its input, of shape "
                    f"{shown_shape(wanted)}. Received: shape {shown_shape(mask.shape)}."
                )
        if not 2 <= leading < inputs.ndim or tuple(mask.shape) != tuple(inputs.shape[:leading]):
            return mask
        if all(axis >= leading for axis in normalize_axes(self.axis, inputs.ndim)):
            return None
        return engine.reshape(mask, (*mask.shape, *(1,) * (inputs.ndim - leading)))
