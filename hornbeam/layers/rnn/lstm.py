"""`LSTM`: a recurrent network with a memory that gates open and close."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import ops
from hornbeam.layers.rnn.cell_arguments import arguments_of, check_use_cudnn
from hornbeam.layers.rnn.recurrent_cell import RecurrentCell, dropped
from hornbeam.layers.rnn.rnn import RNN


class LSTM(RNN):
    """i, f, o = s(x W + h U + b), c' = f c + i activation(x W + h U + b), h' = o activation(c'), along the time axis.

    Args:
        units: the number of outputs, a positive integer.
        activation: a name or a function; "tanh" by default.
        recurrent_activation: s, of the gates; "sigmoid" by default.
        use_bias: whether b is added.
        kernel_initializer: of W, shape (inputs, 4 units): i, f, c, o.
        recurrent_initializer: of U, shape (units, 4 units).
        bias_initializer: of b, shape (4 units,).
        unit_forget_bias: whether b of f starts at 1.
        kernel_regularizer, recurrent_regularizer, bias_regularizer, activity_regularizer: functions added to the loss.
        kernel_constraint, recurrent_constraint, bias_constraint: functions that map a weight to an allowed one.
        dropout: the fraction of x to drop in training, the same at all times.
        recurrent_dropout: the fraction of h to drop in training, the same at all times.
        seed: an integer for the same dropout in every run.
        return_sequences, return_state, go_backwards, stateful, unroll: see `RNN`. The states are h and c.
        use_cudnn: `False` keeps to the loop where the engine has a faster kernel.

    Input: (batch, time, inputs). Output: (batch, units), or (batch, time, units) with `return_sequences`.

    Source: Hochreiter and Schmidhuber 1997, Long short-term memory; Gers et al. 2000 for the forget gate.

    >>> import hornbeam
    >>> hornbeam.layers.LSTM(3)(hornbeam.ops.ones((1, 5, 2))).shape == (1, 3)
    True
    """

    cell: LSTMCell
    none_in_configs = ("activity_regularizer",)
    _not_in_config = ("cell", "use_cudnn")

    def __init__(
        self,
        units: int,
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
        unroll: bool = False,
        use_cudnn: Any = "auto",
        **kwargs: Any,
    ):
        self._compose(LSTMCell, locals())
        self.use_cudnn = check_use_cudnn(self, use_cudnn)


class LSTMCell(RecurrentCell):
    """i, f, o = s(x W + h U + b), c' = f c + i activation(x W + h U + b), h' = o activation(c').

    Args: those of `LSTM` that are not about sequences.

    >>> import hornbeam
    >>> cell = hornbeam.layers.LSTMCell(3)
    >>> output, (h, c) = cell(hornbeam.ops.ones((1, 2)), cell.get_initial_state(1))
    >>> output.shape == (1, 3)
    True
    """

    gates = 4
    states = 2

    def kernel_name(self) -> str | None:
        return "lstm" if type(self) is LSTMCell else None

    @arguments_of(LSTM)
    def __init__(self, arguments: dict[str, Any], **kwargs: Any):
        super().__init__(**kwargs)
        self.store(arguments)
        self.check()

    @property
    def first_bias(self) -> Any:
        return open_forget_gate(self.bias_initializer, self.units) if self.unit_forget_bias else self.bias_initializer

    def step(self, x: Any, states: list[Any], kernel: Any, bias: Any, keep: Any) -> tuple[Any, list[Any]]:
        n, (h, c) = self.units, states
        y = x + dropped(h, keep) @ kernel
        i, f = self.recurrent_activation(y[:, :n]), self.recurrent_activation(y[:, n : 2 * n])
        o = self.recurrent_activation(y[:, 3 * n :])
        c = f * c + i * self.activation(y[:, 2 * n : 3 * n])
        h = o * self.activation(c)
        return h, [h, c]


def open_forget_gate(initializer: Any, units: int) -> Any:
    """An initializer of a bias whose part for the forget gate is 1."""

    def initialize(shape: tuple[int, ...], dtype: Any = None) -> Any:
        values = np.array(ops.convert_to_numpy(initializer(shape, dtype=dtype)))
        values[units : 2 * units] = 1
        return values

    return initialize
