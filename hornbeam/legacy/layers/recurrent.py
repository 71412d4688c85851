"""`Recurrent`: what recurrent layers of Keras 1 are derived from, which was before there were cells."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import engine, ops
from hornbeam.core.declarations import fact
from hornbeam.layers import InputSpec, Layer
from hornbeam.layers.rnn.cells import as_list
from hornbeam.layers.rnn.rnn import StateVariable
from hornbeam.legacy.backend import networks, phase
from hornbeam.legacy.backend.control import rnn
from hornbeam.legacy.utils.functions import has_arg


class Recurrent(Layer):
    """Base of layers that say in `step` what happens at one time; of Keras 1. Today a cell of `RNN` says it.

    A class derived from it sets `units` (or `output_dim`) and defines `build` and `step(inputs, states)`, which gives
    the output of one time and a list of new states. It may define `preprocess_input`, which sees all times at once,
    `get_constants`, a list that follows the states in `step`, and `get_initial_state`. `states` has as many items as
    there are states; the `build` of one that may be stateful calls `reset_states` if it is.

    Args:
        return_sequences, return_state, go_backwards, stateful, unroll: see `RNN`.
        implementation: for classes that have several ways to compute.

    Call arguments:
        inputs: shape (batch, time, features); or a list of it and the states to begin with.
        mask: booleans of shape (batch, time).
        training: passed to `preprocess_input` and `get_constants`, if they take it.
        initial_state: the states to begin with; zeros by default.
    """

    supports_masking = True
    units: int
    output_dim: int

    def __init__(
        self,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        implementation: int = 0,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.store(locals())
        self.input_spec = [InputSpec(ndim=3)]
        self.states: Any = [None]

    def __call__(self, inputs: Any, initial_state: Any = None, **kwargs: Any) -> Any:
        if isinstance(inputs, list | tuple):
            inputs, initial_state = inputs[0], list(inputs[1:]) or initial_state
        given = {} if initial_state is None else {"initial_state": initial_state}
        return super().__call__(inputs, **given, **kwargs)

    @fact
    def row_independent(self) -> bool:
        """Whether no state is kept, which has as many rows as the batch."""
        return not self.stateful

    def step(self, inputs: Any, states: list[Any]) -> tuple[Any, list[Any]]:
        """The output of one time, and the states after it."""
        raise NotImplementedError(f"`{type(self).__name__}` must define `step(inputs, states)`.")

    def preprocess_input(self, inputs: Any, training: Any = None) -> Any:
        """What `step` gets of each time, computed for all times at once."""
        return inputs

    def get_constants(self, inputs: Any, training: Any = None) -> list[Any]:
        """What `step` gets behind the states, the same at all times."""
        return []

    def get_initial_state(self, inputs: Any) -> list[Any]:
        """Zeros of shape (batch, units) for each state."""
        units = self.units if hasattr(self, "units") else self.output_dim
        return [ops.zeros((inputs.shape[0], units), self.compute_dtype) for _ in self.states]

    def call(self, inputs: Any, mask: Any = None, training: Any = None, initial_state: Any = None) -> Any:
        states = self._first_states(inputs, initial_state)
        values = _told(self.preprocess_input, inputs, training)
        constants = _told(self.get_constants, inputs, training)
        mask = mask[0] if isinstance(mask, list | tuple) else mask
        last, outputs, states = rnn(self.step, values, states, self.go_backwards, mask, constants, self.unroll)
        if self.stateful:
            for held, state in zip(self.states, states, strict=True):
                held.hold(state)
        output = outputs if self.return_sequences else last
        return (output, *states) if self.return_state else output

    def _first_states(self, inputs: Any, given: Any) -> list[Any]:
        if given is None and self.stateful:
            if self.states[0] is None:
                raise ValueError(f"`build` of `{type(self).__name__}` must call `reset_states()` if it is stateful.")
            return [state.value for state in self.states]
        states = self.get_initial_state(inputs) if given is None else as_list(given)
        if len(states) != len(self.states):
            raise ValueError(
                f"Layer `{self.name}` has {len(self.states)} states. Received: {len(states)} in `initial_state`."
            )
        return states

    def reset_states(self, states: Any = None) -> None:
        """Make a stateful layer begin the next batch with zeros, or with an array for each state."""
        if self.states[0] is None:
            self.states = [
                StateVariable(x, dtype=self.variable_dtype, trainable=False, name="rnn_state") for x in self._zeros()
            ]
        given = as_list(states) if states is not None else [np.zeros(state.shape) for state in self.states]
        if len(given) != len(self.states):
            raise ValueError(f"Layer `{self.name}` has {len(self.states)} states. Received: {len(given)} arrays.")
        for state, value in zip(self.states, given, strict=True):
            state.assign(value)

    def _zeros(self) -> list[np.ndarray]:
        spec: Any = self.input_spec[0] if isinstance(self.input_spec, list) else self.input_spec
        shape = spec.shape or self.__hornbeam__.first_shape
        if shape is None or shape[0] is None:
            raise ValueError(
                f"Layer `{self.name}` is stateful, so the batch size must be known: `build` sets `input_spec` to "
                f"`[InputSpec(shape=input_shape)]`, and `Input` has a `batch_size`. Received: shape {shape}."
            )
        with engine.eager():
            rows = np.zeros(tuple(n or 1 for n in shape), "float32")
            return [ops.convert_to_numpy(x) for x in self.get_initial_state(rows)]

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        mask = mask[0] if isinstance(mask, list | tuple) else mask
        output = mask if self.return_sequences else None
        return [output, *(None for _ in self.states)] if self.return_state else output


def _told(method: Any, inputs: Any, training: Any) -> Any:
    return method(inputs, training=training) if has_arg(method, "training") else method(inputs)


def time_distributed_dense(
    x: Any,
    w: Any,
    b: Any = None,
    dropout: float | None = None,
    input_dim: int | None = None,
    output_dim: int | None = None,
    timesteps: int | None = None,
    training: Any = None,
) -> Any:
    """x W + b at all times, for `preprocess_input`.

    Args:
        x: shape (batch, time, inputs).
        w, b: the weights; no b by default.
        dropout: the fraction of x to drop in training, the same at all times.
        input_dim, output_dim, timesteps: sizes, which the arrays tell.
        training: whether the layer is in training; by default as the model is.
    """
    if dropout:
        kept = networks.dropout(ops.ones_like(x[:, :1]), dropout)
        x = phase.in_train_phase(x * kept, x, training)
    y = ops.matmul(x, w)
    return y if b is None else ops.add(y, b)
