"""`ConvRNN2D`: a recurrent cell over sequences of images."""

from __future__ import annotations

from typing import Any

from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.rnn.base_conv_lstm import ConvRNN


class ConvRNN2D(ConvRNN):
    """An `RNN` over images, of Keras 2: the states of its cell have rows and columns.

    Args:
        cell: a `ConvLSTM2DCell`, or a layer with its methods.
        return_sequences, return_state, go_backwards, stateful, unroll: see `RNN`.

    Input: (batch, time, rows, columns, channels), or with channels before rows as the cell wants.

    >>> import hornbeam
    >>> layer = hornbeam.layers.ConvRNN2D(hornbeam.layers.ConvLSTM2DCell(3, 2))
    >>> layer(hornbeam.ops.ones((1, 4, 5, 6, 2))).shape == (1, 4, 5, 3)
    True
    """

    def __init__(
        self,
        cell: Any,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        **kwargs: Any,
    ):
        if isinstance(cell, list | tuple) or not hasattr(cell, "input_conv"):
            raise ValueError(
                f"`cell` of `ConvRNN2D` must be a `ConvLSTM2DCell`, or derived from it. Received: {cell!r}."
            )
        super().__init__(cell, return_sequences, return_state, go_backwards, stateful, unroll, **kwargs)
        self.input_spec = InputSpec(ndim=5)
