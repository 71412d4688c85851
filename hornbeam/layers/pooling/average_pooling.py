"""The mean of every window."""

from __future__ import annotations

from hornbeam import ops
from hornbeam.layers.pooling.base_pooling import BasePooling


class AveragePooling1D(BasePooling):
    __doc__ = f"""The mean of every window of time steps. {BasePooling.__doc__}
    Input: (batch, time, channels). Output: (batch, new time, channels).

    >>> import hornbeam
    >>> hornbeam.layers.AveragePooling1D()(hornbeam.ops.ones((1, 8, 3))).shape == (1, 4, 3)
    True
    """

    rank = 1
    pool = staticmethod(ops.average_pool)


class AveragePooling2D(BasePooling):
    __doc__ = f"""The mean of every window of an image. {BasePooling.__doc__}
    Input: (batch, rows, columns, channels). Output: (batch, new rows, new columns, channels).

    >>> import hornbeam
    >>> hornbeam.layers.AveragePooling2D()(hornbeam.ops.ones((1, 8, 8, 3))).shape == (1, 4, 4, 3)
    True
    """

    rank = 2
    pool = staticmethod(ops.average_pool)


class AveragePooling3D(BasePooling):
    __doc__ = f"""The mean of every window of a volume. {BasePooling.__doc__}
    Input: (batch, planes, rows, columns, channels). Output: the same axes, the middle three smaller.

    >>> import hornbeam
    >>> hornbeam.layers.AveragePooling3D()(hornbeam.ops.ones((1, 4, 4, 4, 1))).shape == (1, 2, 2, 2, 1)
    True
    """

    rank = 3
    pool = staticmethod(ops.average_pool)
