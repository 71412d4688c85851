"""`SimpleRNN`: the recurrent network of the textbooks."""

from __future__ import annotations

from typing import Any

from hornbeam.layers.rnn.cell_arguments import arguments_of
from hornbeam.layers.rnn.recurrent_cell import RecurrentCell, dropped
from hornbeam.layers.rnn.rnn import RNN


class SimpleRNN(RNN):
    """h[t] = activation(x[t] W + h[t-1] U + b).

    Args:
        units: the number of outputs, a positive integer.
        activation: a name or a function; "tanh" by default.
        use_bias: whether b is added.
        kernel_initializer: of W, shape (inputs, units).
        recurrent_initializer: of U, shape (units, units).
        bias_initializer: of b, shape (units,).
        kernel_regularizer, recurrent_regularizer, bias_regularizer, activity_regularizer: functions added to the loss.
        kernel_constraint, recurrent_constraint, bias_constraint: functions that map a weight to an allowed one.
        dropout: the fraction of x to drop in training, the same at all times.
        recurrent_dropout: the fraction of h to drop in training, the same at all times.
        return_sequences, return_state, go_backwards, stateful, unroll: see `RNN`.
        seed: an integer for the same dropout in every run.

    Input: (batch, time, inputs). Output: (batch, units), or (batch, time, units) with `return_sequences`.

    Source: Elman 1990, Finding structure in time.

    >>> import hornbeam
    >>> hornbeam.layers.SimpleRNN(3)(hornbeam.ops.ones((1, 5, 2))).shape == (1, 3)
    True
    """

    none_in_configs = ("activity_regularizer",)
    _not_in_config = ("cell",)

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ):
        self._compose(SimpleRNNCell, locals())


class SimpleRNNCell(RecurrentCell):
    """h' = activation(x W + h U + b).

    Args: those of `SimpleRNN` that are not about sequences.

    >>> import hornbeam
    >>> cell = hornbeam.layers.SimpleRNNCell(3)
    >>> output, states = cell(hornbeam.ops.ones((1, 2)), cell.get_initial_state(1))
    >>> output.shape == (1, 3)
    True
    """

    @arguments_of(SimpleRNN)
    def __init__(self, arguments: dict[str, Any], **kwargs: Any):
        super().__init__(**kwargs)
        self.store(arguments)
        self.check()

    def kernel_name(self) -> str | None:
        return "simple_rnn" if type(self) is SimpleRNNCell else None

    def step(self, x: Any, states: list[Any], kernel: Any, bias: Any, keep: Any) -> tuple[Any, list[Any]]:
        h = self.activation(x + dropped(states[0], keep) @ kernel)
        return h, [h]
