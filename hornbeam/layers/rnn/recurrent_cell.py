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
    """Base of SimpleRNNCell, GRUCell, LSTMCell and ConvLSTMCell: `h, states = step(x W + b, states)`.

    The projection x W + b needs no state, so a whole sequence is projected by one matrix product before the loop.
    """

    unseen = Layer.unseen | {"_drawn"}

    #: How many matrices of (inputs, units) the kernel holds side by side, and how many states there are.
    gates: ClassVar[int] = 1
    states: ClassVar[int] = 1
    #: The argument that says how many features a state has.
    size: ClassVar[str] = "units"
    #: What the cell of a layer is called, where it is not the name of the class.
    name_in_layer: ClassVar[str | None] = None
    #: How many axes the input of one time has, the batch included.
    axes_of_step = 2
    #: What the kernels have before their axes of inputs and outputs.
    kernel_size: tuple[int, ...] = ()

    def check(self) -> None:
        """The checks of a constructor, and the seed of its dropout."""
        check_positive(self, self.size, self.units)
        check_fraction(self, "dropout", self.dropout)
        check_fraction(self, "recurrent_dropout", self.recurrent_dropout)
        self.seed_generator = SeedGenerator(self.seed)
        self._drawn: dict[str, Any] = {}  # masks of dropout that were asked for

    @property
    def state_size(self) -> int | list[int]:
        """The number of units of the state, or of each of several."""
        return self.units if self.states == 1 else [self.units] * self.states

    @property
    def output_size(self) -> int:
        return self.units

    def state_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """The shape of each state for an input of one time."""
        return (input_shape[0], self.units)

    def zero_states(self, input_shape: Any) -> list[Any]:
        """The states to begin with for an input of one time."""
        return [engine.full(self.state_shape(input_shape), 0, self.compute_dtype) for _ in range(self.states)]

    def get_initial_state(self, batch_size: int | None = None) -> list[Any]:
        """Zeros, one array per state."""
        return self.zero_states((batch_size,))

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        inputs, width = self.features_of(input_shape), self.gates * self.units
        window = self.kernel_size
        self.kernel = configured_weight(self, "kernel", (*window, inputs, width))
        shape = (*window, self.units, width)
        self.recurrent_kernel = configured_weight(self, "recurrent_kernel", shape, arguments="recurrent")
        self.bias = None
        if self.use_bias:
            self.bias = configured_weight(self, "bias", self.bias_shape(), initializer=self.first_bias)

    def features_of(self, input_shape: Any) -> int:
        """How many features the input of one time has."""
        return known_size(self, input_shape, -1)

    def bias_shape(self) -> tuple[int, ...]:
        return (self.gates * self.units,)

    @property
    def first_bias(self) -> Any:
        """The initializer of the bias."""
        return self.bias_initializer

    def kernel_name(self) -> str | None:
        """What `Fused` of the engine calls this cell. A subclass, which may step otherwise, has no name there."""
        return None

    def call(self, inputs: Any, states: Any, training: bool = False) -> tuple[Any, Any]:
        """The output and the new states, in the form that the states have: a single one may come as it is."""
        projected, step = self.prepare(*self.drop(inputs, training))
        if isinstance(states, list | tuple):
            return step(projected, states)
        output, (state,) = step(projected, [states])
        return output, state

    def drop(self, inputs: Any, training: bool) -> tuple[Any, Any]:
        """Inputs of one time, or of all times, after dropout, and the mask for h, or `None`."""
        of_step = self._of_step(inputs.shape)
        if training and self.dropout > 0:
            keep = self._mask(of_step, self.dropout)
            inputs = inputs * (keep[:, None] if self._has_time(inputs) else keep)
        if not (training and self.recurrent_dropout > 0):
            return inputs, None
        return inputs, self._mask(self.state_shape(of_step), self.recurrent_dropout)

    def _has_time(self, inputs: Any) -> bool:
        return len(inputs.shape) > self.axes_of_step

    def _of_step(self, shape: Any) -> tuple[int, ...]:
        """The shape of one time of inputs."""
        return tuple(shape) if len(shape) == self.axes_of_step else (shape[0], *shape[2:])

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

    def _mask(self, shape: Any, rate: float) -> Any:
        return random.dropout(engine.full(shape, 1, self.compute_dtype), rate, seed=self.seed_generator)

    def get_dropout_mask(self, step_input: Any) -> Any:
        """What a cell of one's own multiplies its input with: the same until it is reset; `None` without dropout."""
        return self._drawn_once("dropout", step_input)

    def get_recurrent_dropout_mask(self, step_input: Any) -> Any:
        """The same for a state."""
        return self._drawn_once("recurrent_dropout", step_input)

    def reset_dropout_mask(self) -> None:
        """Let the next `get_dropout_mask` draw anew."""
        self._drawn.pop("dropout", None)

    def reset_recurrent_dropout_mask(self) -> None:
        """Let the next `get_recurrent_dropout_mask` draw anew."""
        self._drawn.pop("recurrent_dropout", None)

    def _drawn_once(self, argument: str, like: Any) -> Any:
        rate = getattr(self, argument)
        if rate > 0 and argument not in self._drawn:
            self._drawn[argument] = self._mask(tuple(like.shape), rate)
        return self._drawn.get(argument)


def dropped(h: Any, keep: Any) -> Any:
    """The state with the elements that recurrent dropout leaves."""
    return h if keep is None else h * keep
