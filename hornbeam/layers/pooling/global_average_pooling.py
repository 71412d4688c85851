"""The mean of every channel."""

from __future__ import annotations

from typing import Any

from hornbeam import engine, ops
from hornbeam.layers.pooling.base_global_pooling import BaseGlobalPooling
from hornbeam.ops.nn.masked import masked_mean


class _Average(BaseGlobalPooling):
    def call(self, inputs: Any) -> Any:
        return ops.mean(inputs, self.axes, self.keepdims)


class GlobalAveragePooling1D(_Average):
    __doc__ = f"""The mean over time, of the steps that the mask leaves, if any; else 0. {BaseGlobalPooling.__doc__}
    Input: (batch, time, channels). Output: (batch, channels).

    >>> import hornbeam
    >>> hornbeam.layers.GlobalAveragePooling1D()([[[1.0], [3.0]]]).tolist()
    [[2.0]]
    """

    rank = 1
    supports_masking = True

    def call(self, inputs: Any, mask: Any = None) -> Any:
        if mask is None:
            return super().call(inputs)
        mask = engine.cast(mask, "bool")
        mask = mask[..., None] if self.data_format == "channels_last" else mask[:, None]
        return masked_mean(inputs, mask, self.axes, self.keepdims)

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        return None


class GlobalAveragePooling2D(_Average):
    __doc__ = f"""The mean over an image. {BaseGlobalPooling.__doc__}
    Input: (batch, rows, columns, channels). Output: (batch, channels).

    >>> import hornbeam
    >>> hornbeam.layers.GlobalAveragePooling2D()(hornbeam.ops.ones((1, 8, 8, 3))).shape == (1, 3)
    True
    """

    rank = 2


class GlobalAveragePooling3D(_Average):
    __doc__ = f"""The mean over a volume. {BaseGlobalPooling.__doc__}
    Input: (batch, planes, rows, columns, channels). Output: (batch, channels).

    >>> import hornbeam
    >>> hornbeam.layers.GlobalAveragePooling3D()(hornbeam.ops.ones((1, 4, 4, 4, 3))).shape == (1, 3)
    True
    """

    rank = 3
