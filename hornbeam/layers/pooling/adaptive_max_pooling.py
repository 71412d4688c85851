"""The maximum of each of as many windows as are asked for."""

from __future__ import annotations

from hornbeam import ops
from hornbeam.layers.pooling.base_adaptive_pooling import BaseAdaptivePooling


class AdaptiveMaxPooling1D(BaseAdaptivePooling):
    __doc__ = f"""The maximum of m windows of time steps. {BaseAdaptivePooling.__doc__}
    Input: (batch, time, channels). Output: (batch, m, channels).

    >>> import hornbeam
    >>> x = hornbeam.ops.ones((1, 8, 3))
    >>> hornbeam.layers.AdaptiveMaxPooling1D(3)(x).shape == (1, 3, 3)
    True
    """

    rank = 1
    pool = staticmethod(ops.adaptive_max_pool)


class AdaptiveMaxPooling2D(BaseAdaptivePooling):
    __doc__ = f"""The maximum of m windows of an image. {BaseAdaptivePooling.__doc__}
    Input: (batch, rows, columns, channels). Output: (batch, m rows, m columns, channels).

    >>> import hornbeam
    >>> x = hornbeam.ops.ones((1, 8, 8, 3))
    >>> hornbeam.layers.AdaptiveMaxPooling2D(3)(x).shape == (1, 3, 3, 3)
    True
    """

    rank = 2
    pool = staticmethod(ops.adaptive_max_pool)


class AdaptiveMaxPooling3D(BaseAdaptivePooling):
    __doc__ = f"""The maximum of m windows of a volume. {BaseAdaptivePooling.__doc__}
    Input: (batch, planes, rows, columns, channels). Output: the same axes, the middle three of sizes m.

    >>> import hornbeam
    >>> x = hornbeam.ops.ones((1, 4, 4, 4, 1))
    >>> hornbeam.layers.AdaptiveMaxPooling3D(3)(x).shape == (1, 3, 3, 3, 1)
    True
    """

    rank = 3
    pool = staticmethod(ops.adaptive_max_pool)
