"""The maximum of every window."""

from __future__ import annotations

from hornbeam import ops
from hornbeam.layers.pooling.base_pooling import BasePooling


class MaxPooling1D(BasePooling):
    __doc__ = f"""The maximum of every window of time steps. {BasePooling.__doc__}
    Input: (batch, time, channels). Output: (batch, new time, channels).

    >>> import hornbeam
    >>> hornbeam.layers.MaxPooling1D()(hornbeam.ops.ones((1, 8, 3))).shape == (1, 4, 3)
    True
    """

    rank = 1
    pool = staticmethod(ops.max_pool)


class MaxPooling2D(BasePooling):
    __doc__ = f"""The maximum of every window of an image. {BasePooling.__doc__}
    Input: (batch, rows, columns, channels). Output: (batch, new rows, new columns, channels).

    >>> import hornbeam
    >>> hornbeam.layers.MaxPooling2D()(hornbeam.ops.ones((1, 8, 8, 3))).shape == (1, 4, 4, 3)
    True
    """

    rank = 2
    pool = staticmethod(ops.max_pool)


class MaxPooling3D(BasePooling):
    __doc__ = f"""The maximum of every window of a volume. {BasePooling.__doc__}
    Input: (batch, planes, rows, columns, channels). Output: the same axes, the middle three smaller.

    >>> import hornbeam
    >>> hornbeam.layers.MaxPooling3D()(hornbeam.ops.ones((1, 4, 4, 4, 1))).shape == (1, 2, 2, 2, 1)
    True
    """

    rank = 3
    pool = staticmethod(ops.max_pool)
