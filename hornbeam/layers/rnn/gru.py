"""`GRU`: a recurrent network with an update and a reset gate."""

from __future__ import annotations

from typing import Any

from hornbeam.layers.rnn.cell_arguments import arguments_of, check_use_cudnn
from hornbeam.layers.rnn.recurrent_cell import RecurrentCell, dropped
from hornbeam.layers.rnn.rnn import RNN


class GRU(RNN):
    """z, r = s(x W + h U + b), h~ = activation(x W + r (h U + c) + b), h' = z h + (1 - z) h~, along the time axis.

    Args:
        units: the number of outputs, a positive integer.
        activation: a name or a function; "tanh" by default.
        recurrent_activation: s, of the gates; "sigmoid" by default.
        use_bias: whether b and c are added.
        kernel_initializer: of W, shape (inputs, 3 units): z, r, h.
        recurrent_initializer: of U, shape (units, 3 units).
        bias_initializer: of b and c, shape (2, 3 units), or of b, shape (3 units,), without `reset_after`.
        kernel_regularizer, recurrent_regularizer, bias_regularizer, activity_regularizer: functions added to the loss.
        kernel_constraint, recurrent_constraint, bias_constraint: functions that map a weight to an allowed one.
        dropout: the fraction of x to drop in training, the same at all times.
        recurrent_dropout: the fraction of h to drop in the products with U in training, the same at all times.
        seed: an integer for the same dropout in every run.
        return_sequences, return_state, go_backwards, stateful, unroll: see `RNN`.
        reset_after: whether the reset gate comes after the matrix product; if not, h~ = activation(x W + (r h) U + b).
        use_cudnn: `False` keeps to the loop where the engine has a faster kernel.

    Input: (batch, time, inputs). Output: (batch, units), or (batch, time, units) with `return_sequences`.

    Source: Cho et al. 2014, Learning phrase representations using RNN encoder-decoder.

    >>> import hornbeam
    >>> hornbeam.layers.GRU(3)(hornbeam.ops.ones((1, 5, 2))).shape == (1, 3)
    True
    """

    cell: GRUCell
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
        reset_after: bool = True,
        use_cudnn: Any = "auto",
        **kwargs: Any,
    ):
        self._compose(GRUCell, locals())
        self.use_cudnn = check_use_cudnn(self, use_cudnn)


class GRUCell(RecurrentCell):
    """z, r = s(x W + h U + b), h~ = activation(x W + r (h U + c) + b), h' = z h + (1 - z) h~.

    Without `reset_after`, the reset gate comes before the matrix product: h~ = activation(x W + (r h) U + b).

    Args: those of `GRU` that are not about sequences.

    >>> import hornbeam
    >>> cell = hornbeam.layers.GRUCell(3)
    >>> output, states = cell(hornbeam.ops.ones((1, 2)), cell.get_initial_state(1))
    >>> output.shape == (1, 3)
    True
    """

    gates = 3

    @arguments_of(GRU)
    def __init__(self, arguments: dict[str, Any], **kwargs: Any):
        super().__init__(**kwargs)
        self.store(arguments)
        self.check()

    def kernel_name(self) -> str | None:
        if type(self) is not GRUCell:
            return None
        return "gru" if self.reset_after else "gru_reset_before"

    def bias_shape(self) -> tuple[int, ...]:
        return (2, 3 * self.units) if self.reset_after else (3 * self.units,)

    def project(self, x: Any, bias: Any) -> Any:
        return x if bias is None else x + (bias[0] if self.reset_after else bias)

    def step(self, x: Any, states: list[Any], kernel: Any, bias: Any, keep: Any) -> tuple[Any, list[Any]]:
        n, h = self.units, states[0]
        seen = dropped(h, keep)
        if self.reset_after:
            inner = seen @ kernel
            inner = inner if bias is None else inner + bias[1]
        else:
            inner = seen @ kernel[:, : 2 * n]
        gate = self.recurrent_activation(x[:, : 2 * n] + inner[:, : 2 * n])
        z, r = gate[:, :n], gate[:, n:]
        candidate = r * inner[:, 2 * n :] if self.reset_after else (r * seen) @ kernel[:, 2 * n :]
        h = z * h + (1 - z) * self.activation(x[:, 2 * n :] + candidate)
        return h, [h]
