"""One step of a recurrent network whose products are convolutions."""

from __future__ import annotations

from typing import Any

from hornbeam import engine, ops
from hornbeam.layers.convolutional.windowed import Windowed
from hornbeam.layers.rnn.base_conv_lstm import ConvLSTM
from hornbeam.layers.rnn.cell_arguments import arguments_of
from hornbeam.layers.rnn.lstm import open_forget_gate
from hornbeam.layers.rnn.recurrent_cell import RecurrentCell, dropped
from hornbeam.ops.nn.convolution import add_bias


class ConvLSTMCell(Windowed, RecurrentCell):
    """i, f, o = s(x * W + h * U + b), c' = f c + i activation(x * W + h * U + b), h' = o activation(c')."""

    gates = 4
    strides_and_dilates = False
    states = 2
    size = "filters"
    name_in_layer = "conv_lstm_cell"
    last_activation = None

    @arguments_of(ConvLSTM)
    def __init__(self, arguments: dict[str, Any], **kwargs: Any):
        super().__init__(**kwargs)
        self.store(arguments)
        self._set_window(self.kernel_size, self.strides, self.padding, self.data_format, self.dilation_rate)
        self.check()

    @property
    def units(self) -> int:
        """The number of filters."""
        return self.filters

    @property
    def axes_of_step(self) -> int:
        return self.rank + 2

    @property
    def first_bias(self) -> Any:
        return open_forget_gate(self.bias_initializer, self.units) if self.unit_forget_bias else self.bias_initializer

    def features_of(self, input_shape: Any) -> int:
        return self._channels(input_shape)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        super().build(input_shape)
        self.step_shape = tuple(input_shape)

    def get_initial_state(self, batch_size: int | None = None) -> list[Any]:
        return self.zero_states((batch_size, *self.step_shape[1:]))

    def state_shape(self, input_shape: Any) -> tuple[Any, ...]:
        first = 1 if self.channel_axis == -1 else 2
        sizes = tuple(self._after(n, axis) for axis, n in enumerate(input_shape[first : first + self.rank]))
        return (input_shape[0], *sizes, self.filters) if first == 1 else (input_shape[0], self.filters, *sizes)

    def _after(self, size: int | None, axis: int) -> int | None:
        """How many places the window has along an axis of the input."""
        if size is None:
            return None
        reach = (self.kernel_size[axis] - 1) * self.dilation_rate[axis] if self.padding == "valid" else 0
        if size <= reach:
            raise ValueError(
                f"The input of layer `{self.name}` must have at least {reach + 1} elements along each axis that the "
                f"window moves along. Received: {size}."
            )
        return (size - reach - 1) // self.strides[axis] + 1

    def prepare(self, inputs: Any, keep: Any) -> Any:
        bias = None if self.bias is None else self.bias.value
        x, shape = inputs, tuple(inputs.shape)
        if self._has_time(inputs):
            x = engine.reshape(inputs, (shape[0] * shape[1], *shape[2:]))
        projected = self.input_conv(x, self.kernel.value, bias, self.padding)
        if self._has_time(inputs):
            projected = engine.reshape(projected, (*shape[:2], *projected.shape[1:]))
        kernel = self.recurrent_kernel.value
        return projected, lambda x, states: self.step(x, states, kernel, bias, keep)

    def input_conv(self, x: Any, w: Any, b: Any = None, padding: str = "valid") -> Any:
        """x * W + b."""
        y = ops.conv(x, w, self.strides, padding, self.data_format, self.dilation_rate)
        return y if b is None else add_bias(y, b, self.data_format)

    def recurrent_conv(self, x: Any, w: Any) -> Any:
        """h * U."""
        return ops.conv(x, w, 1, "same", self.data_format)

    def step(self, x: Any, states: list[Any], kernel: Any, bias: Any, keep: Any) -> tuple[Any, list[Any]]:
        h, c = states
        y = x + self.recurrent_conv(dropped(h, keep), kernel)
        i, f, new, o = ops.split(y, 4, axis=self.channel_axis)
        i, f, o = (self.recurrent_activation(gate) for gate in (i, f, o))
        c = f * c + i * self.activation(new)
        h = o * self.activation(c)
        return h, [h, c]


class ConvLSTM1DCell(ConvLSTMCell):
    __doc__ = f"""One step of `ConvLSTM1D`: {ConvLSTMCell.__doc__}"""

    rank = 1


class ConvLSTM2DCell(ConvLSTMCell):
    __doc__ = f"""One step of `ConvLSTM2D`: {ConvLSTMCell.__doc__}

    Args: those of `ConvLSTM2D` that are not about sequences.

    >>> import hornbeam
    >>> cell = hornbeam.layers.ConvLSTM2DCell(3, 2)
    >>> x, h = hornbeam.ops.ones((1, 5, 5, 2)), hornbeam.ops.zeros((1, 4, 4, 3))
    >>> output, states = cell(x, [h, h])
    >>> output.shape == (1, 4, 4, 3)
    True
    """

    rank = 2


class ConvLSTM3DCell(ConvLSTMCell):
    __doc__ = f"""One step of `ConvLSTM3D`: {ConvLSTMCell.__doc__}"""

    rank = 3
