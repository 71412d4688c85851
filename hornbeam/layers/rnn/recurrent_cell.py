"""What the built-in recurrent cells share: weights, dropout, and doing at once what needs no state."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ClassVar

from hornbeam import engine, random
from hornbeam.core.rng import SeedGenerator
from hornbeam.layers.base.checks import check_fraction, check_positive, known_size
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.base.weights import configured_weight


class RecurrentCell(Layer):
    """Base of SimpleRNNCell, GRUCell and LSTMCell: `h, states = step(x W + b, states)`.

    The projection x W + b needs no state, so a whole sequence is projected by one matrix product before the loop.
    """

    #: How many matrices of (inputs, units) the kernel holds side by side, and how many states there are.
    gates: ClassVar[int] = 1
    states: ClassVar[int] = 1

    def check(self) -> None:
        """The checks of a constructor, and the seed of its dropout."""
        check_positive(self, "units", self.units)
        check_fraction(self, "dropout", self.dropout)
        check_fraction(self, "recurrent_dropout", self.recurrent_dropout)
        if self.dropout > 0 or self.recurrent_dropout > 0:
            self.seed_generator = SeedGenerator(self.seed)

    @property
    def state_size(self) -> int | list[int]:
        """The number of units of the state, or of each of several."""
        return self.units if self.states == 1 else [self.units] * self.states

    @property
    def output_size(self) -> int:
        return self.units

    def get_initial_state(self, batch_size: int | None = None) -> list[Any]:
        """Zeros, one array of shape (batch_size, units) per state."""
        return [engine.full((batch_size, self.units), 0, self.compute_dtype) for _ in range(self.states)]

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        inputs = known_size(self, input_shape, -1)
        width = self.gates * self.units
        self.kernel = configured_weight(self, "kernel", (inputs, width))
        self.recurrent_kernel = configured_weight(self, "recurrent_kernel", (self.units, width), arguments="recurrent")
        self.bias = None
        if self.use_bias:
            self.bias = configured_weight(self, "bias", self.bias_shape(), initializer=self.first_bias)

    def bias_shape(self) -> tuple[int, ...]:
        return (self.gates * self.units,)

    @property
    def first_bias(self) -> Any:
        """The initializer of the bias."""
        return self.bias_initializer

    def kernel_name(self) -> str | None:
        """What `Fused` of the engine calls this cell. A subclass, which may step otherwise, has no name there."""
        return None

    def call(self, inputs: Any, states: Any, training: bool = False) -> tuple[Any, list[Any]]:
        projected, step = self.prepare(*self.drop(inputs, training))
        return step(projected, states if isinstance(states, list | tuple) else [states])

    def drop(self, inputs: Any, training: bool) -> tuple[Any, Any]:
        """Inputs of shape (batch, features) or (batch, time, features) after dropout, and the mask for h, or `None`."""
        if training and self.dropout > 0:
            keep = self._mask(inputs.shape[0], inputs.shape[-1], self.dropout)
            inputs = inputs * (keep if inputs.ndim == 2 else keep[:, None])
        if not (training and self.recurrent_dropout > 0):
            return inputs, None
        return inputs, self._mask(inputs.shape[0], self.units, self.recurrent_dropout)

    def prepare(self, inputs: Any, keep: Any) -> tuple[Any, Callable[[Any, Any], tuple[Any, list[Any]]]]:
        """The projection of inputs of shape (batch, features) or (batch, time, features), and the step for one time."""
        bias = None if self.bias is None else self.bias.value
        projected = self.project(inputs @ self.kernel, bias)
        return projected, functools.partial(self.step, kernel=self.recurrent_kernel.value, bias=bias, keep=keep)

    def project(self, x: Any, bias: Any) -> Any:
        """x W with the bias of the inputs."""
        return x if bias is None else x + bias

    def step(self, x: Any, states: list[Any], kernel: Any, bias: Any, keep: Any) -> tuple[Any, list[Any]]:
        """One time: the projected input and the states give the output and the new states."""
        raise NotImplementedError

    def _mask(self, batch: int, size: int, rate: float) -> Any:
        ones = engine.full((batch, size), 1, self.compute_dtype)
        return random.dropout(ones, rate, seed=self.seed_generator)


def dropped(h: Any, keep: Any) -> Any:
    """The state with the elements that recurrent dropout leaves."""
    return h if keep is None else h * keep
