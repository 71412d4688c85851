"""`Masking`: says which time steps are padding."""

from __future__ import annotations

from typing import Any

from hornbeam import engine, ops
from hornbeam.layers.base.layer import Layer


class Masking(Layer):
    """Masks the time steps whose features all equal `mask_value`, and sets them to 0.

    Layers that follow, such as `LSTM`, skip masked steps.

    Args:
        mask_value: what padding is made of.

    Input and output: (batch, time, ...). Mask: (batch, time), false at padding.

    >>> import hornbeam
    >>> hornbeam.layers.Masking()([[[1.0], [0.0]]]).shape == (1, 2, 1)
    True
    """

    supports_masking = True

    def __init__(self, mask_value: float = 0.0, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())

    def call(self, inputs: Any) -> Any:
        return engine.where(self._is_real(inputs)[..., None], inputs, 0)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        return ops.any(ops.not_equal(inputs, self.mask_value), axis=-1)

    def _is_real(self, inputs: Any) -> Any:
        return engine.any(inputs != self.mask_value, axis=-1)
