"""Recurrent layers over sequences of images: what they all share, and what `ConvLSTM1D` to `ConvLSTM3D` share."""

from __future__ import annotations

from typing import Any, ClassVar

from hornbeam.layers.rnn.rnn import RNN


class ConvRNN(RNN):
    """Base of recurrent layers whose states have spatial axes: how large they are depends on the input."""

    def _zero_states(self, shape: Any) -> list[Any]:
        return self.cell.zero_states((shape[0], *shape[2:]))


class ConvLSTM(ConvRNN):
    """i, f, o = s(x * W + h * U + b), c' = f c + i activation(x * W + h * U + b), h' = o activation(c'), along the
    time axis, where * is a convolution: a window that moves along the spatial axes.

    Args:
        filters: the number of output channels, a positive integer.
        kernel_size: the window, one integer per axis or one for all.
        strides: the step of the window on x.
        padding: of x: "valid" (none) or "same"; h is always padded to keep its size.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        dilation_rate: the distance of neighbouring elements of the window on x.
        activation: a name or a function; "tanh" by default.
        recurrent_activation: s, of the gates; "sigmoid" by default.
        use_bias: whether b is added.
        kernel_initializer: of W, shape (*kernel_size, channels, 4 filters): i, f, c, o.
        recurrent_initializer: of U, shape (*kernel_size, filters, 4 filters).
        bias_initializer: of b, shape (4 filters,).
        unit_forget_bias: whether b of f starts at 1.
        kernel_regularizer, recurrent_regularizer, bias_regularizer, activity_regularizer: functions added to the loss.
        kernel_constraint, recurrent_constraint, bias_constraint: functions that map a weight to an allowed one.
        dropout: the fraction of x to drop in training, the same at all times.
        recurrent_dropout: the fraction of h to drop in training, the same at all times.
        seed: an integer for the same dropout in every run.
        return_sequences, return_state, go_backwards, stateful: see `RNN`. The states are h and c.

    Source: Shi et al. 2015, Convolutional LSTM network: a machine learning approach for precipitation nowcasting.
    """

    none_in_configs = ("activity_regularizer",)
    _not_in_config = ("cell",)
    cell_class: ClassVar[Any]

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        unit_forget_bias: bool = True,
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        **kwargs: Any,
    ):
        self._compose(self.cell_class, locals())
