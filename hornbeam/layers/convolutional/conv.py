"""Convolutions over one, two and three axes."""

from __future__ import annotations

from hornbeam.layers.convolutional.base_conv import BaseConv


class Conv1D(BaseConv):
    __doc__ = f"""Convolution over time. {BaseConv.__doc__}
    Input: (batch, time, channels). Output: (batch, new time, filters).

    >>> import hornbeam
    >>> x = hornbeam.ops.ones((1, 8, 3))
    >>> hornbeam.layers.Conv1D(4, 3)(x).shape == (1, 6, 4)
    True
    """

    rank = 1
    paddings = ("valid", "same", "causal")


class Conv2D(BaseConv):
    __doc__ = f"""Convolution over the rows and columns of images. {BaseConv.__doc__}
    Input: (batch, rows, columns, channels). Output: (batch, new rows, new columns, filters).

    >>> import hornbeam
    >>> x = hornbeam.ops.ones((1, 8, 8, 3))
    >>> hornbeam.layers.Conv2D(4, 3, strides=2, padding="same")(x).shape == (1, 4, 4, 4)
    True
    """

    rank = 2


class Conv3D(BaseConv):
    __doc__ = f"""Convolution over the three axes of volumes. {BaseConv.__doc__}
    Input: (batch, planes, rows, columns, channels). Output: (batch, new planes, new rows, new columns, filters).

    >>> import hornbeam
    >>> x = hornbeam.ops.ones((1, 4, 4, 4, 1))
    >>> hornbeam.layers.Conv3D(2, 3)(x).shape == (1, 2, 2, 2, 2)
    True
    """

    rank = 3
