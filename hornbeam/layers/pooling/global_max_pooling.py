"""The maximum of every channel."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.layers.pooling.base_global_pooling import BaseGlobalPooling


class _Max(BaseGlobalPooling):
    def call(self, inputs: Any) -> Any:
        return engine.max(inputs, self.axes, self.keepdims)


class GlobalMaxPooling1D(_Max):
    __doc__ = f"""The maximum over time. {BaseGlobalPooling.__doc__}
    Input: (batch, time, channels). Output: (batch, channels).

    >>> import hornbeam
    >>> hornbeam.layers.GlobalMaxPooling1D()([[[1.0], [3.0]]]).tolist()
    [[3.0]]
    """

    rank = 1


class GlobalMaxPooling2D(_Max):
    __doc__ = f"""The maximum over an image. {BaseGlobalPooling.__doc__}
    Input: (batch, rows, columns, channels). Output: (batch, channels).

    >>> import hornbeam
    >>> hornbeam.layers.GlobalMaxPooling2D()(hornbeam.ops.ones((1, 8, 8, 3))).shape == (1, 3)
    True
    """

    rank = 2


class GlobalMaxPooling3D(_Max):
    __doc__ = f"""The maximum over a volume. {BaseGlobalPooling.__doc__}
    Input: (batch, planes, rows, columns, channels). Output: (batch, channels).

    >>> import hornbeam
    >>> hornbeam.layers.GlobalMaxPooling3D()(hornbeam.ops.ones((1, 4, 4, 4, 3))).shape == (1, 3)
    True
    """

    rank = 3
