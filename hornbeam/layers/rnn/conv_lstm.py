"""Convolutional LSTMs over sequences of rows, images and volumes."""

from __future__ import annotations

from hornbeam.layers.rnn.base_conv_lstm import ConvLSTM
from hornbeam.layers.rnn.conv_lstm_cell import ConvLSTM1DCell, ConvLSTM2DCell, ConvLSTM3DCell


class ConvLSTM1D(ConvLSTM):
    __doc__ = f"""A convolutional LSTM over sequences of rows. {ConvLSTM.__doc__}
    Input: (batch, time, rows, channels). Output: (batch, new rows, filters), with time if `return_sequences`.

    >>> import hornbeam
    >>> hornbeam.layers.ConvLSTM1D(3, 2)(hornbeam.ops.ones((1, 4, 5, 2))).shape == (1, 4, 3)
    True
    """

    cell_class = ConvLSTM1DCell


class ConvLSTM2D(ConvLSTM):
    __doc__ = f"""A convolutional LSTM over sequences of images. {ConvLSTM.__doc__}
    Input: (batch, time, rows, columns, channels). Output: (batch, new rows, new columns, filters), with time if
    `return_sequences`.

    >>> import hornbeam
    >>> hornbeam.layers.ConvLSTM2D(3, 2, padding="same")(hornbeam.ops.ones((1, 4, 5, 6, 2))).shape == (1, 5, 6, 3)
    True
    """

    cell_class = ConvLSTM2DCell


class ConvLSTM3D(ConvLSTM):
    __doc__ = f"""A convolutional LSTM over sequences of volumes. {ConvLSTM.__doc__}
    Input: (batch, time, planes, rows, columns, channels). Output: (batch, new planes, new rows, new columns, filters),
    with time if `return_sequences`.

    >>> import hornbeam
    >>> hornbeam.layers.ConvLSTM3D(3, 2)(hornbeam.ops.ones((1, 2, 3, 3, 3, 1))).shape == (1, 2, 2, 2, 3)
    True
    """

    cell_class = ConvLSTM3DCell
