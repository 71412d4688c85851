"""`RNN`: a recurrent cell applied along the time axis."""

from __future__ import annotations

import functools
import inspect
from typing import Any, ClassVar

from hornbeam import engine
from hornbeam.core import allowance, naming, tree
from hornbeam.core.declarations import fact
from hornbeam.core.lift import autocast
from hornbeam.core.running import running
from hornbeam.core.variable import Variable
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.policy import in_own_dtype
from hornbeam.layers.rnn.assigning_cells import carrying_rnn, masks_drawn, own_step
from hornbeam.layers.rnn.cells import as_list, build_cell, check_cell, initial_state, takes_constants
from hornbeam.layers.rnn.listed_inputs import ListedInputs
from hornbeam.layers.rnn.recurrent_cell import RecurrentCell
from hornbeam.layers.rnn.sequence_kernels import apply_kernel
from hornbeam.layers.rnn.stacked_rnn_cells import StackedRNNCells
from hornbeam.layers.rnn.state_checks import check_mask, check_states
from hornbeam.ops import recurrent
from hornbeam.ops.dispatch import op


class RNN(ListedInputs):
    """output, states = cell(x[:, t], states) for t = 0, 1, ...

    Where the mask is false, the states stay as they were and the output is the one before.

    Args:
        cell: a layer with `call(inputs, states)`, which returns an output and new states, and `state_size`, an integer
            or a list of them (which may hold lists); or a list of such cells, to be stacked.
        return_sequences: whether the output has all times, or only the last.
        return_state: whether the last states follow the output.
        go_backwards: begin at the last time; the outputs come in the order of the steps.
        stateful: begin where the last batch ended, row by row; the batch size must be fixed. `reset_state` begins anew.
        unroll: write the loop out: faster for a few steps, and slow to compile for many.
        zero_output_for_mask: zeros where the mask is false, instead of the output before.

    Call arguments:
        sequences: shape (batch, time, ...).
        initial_state: the states to begin with; zeros by default. They may also follow the sequences in a list.
        mask: booleans of shape (batch, time).
        training: passed to the cell.
        constants: arrays that the cell sees at all times, as `constants` of its `call`; its `build` gets their shapes.

    Output: (batch, time, features) or (batch, features); with `return_state` a tuple of it and the states.

    >>> import hornbeam
    >>> layer = hornbeam.layers.RNN([hornbeam.layers.LSTMCell(4), hornbeam.layers.GRUCell(3)], return_sequences=True)
    >>> layer(hornbeam.ops.ones((1, 5, 2))).shape == (1, 5, 3)
    True
    """

    supports_masking = True
    use_cudnn: Any = "auto"  # false: the loop even where the engine has a kernel
    _not_in_config: ClassVar[tuple[str, ...]] = ()
    #: What a stateful layer begins the next batch with.
    states: Any

    def __init__(
        self,
        cell: Any,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        zero_output_for_mask: bool = False,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        cell = StackedRNNCells(cell) if isinstance(cell, list | tuple) else cell
        check_cell(cell)
        self.store(locals())
        self.input_spec = InputSpec(min_ndim=3)
        self.states = None

    def _compose(self, cell_class: type[RecurrentCell], arguments: dict[str, Any]) -> None:
        """The constructor of a layer such as `LSTM`, which takes the arguments of its cell and those of `RNN`."""
        kwargs = arguments["kwargs"]
        own = {name: arguments[name] for name in _parameters(RNN) if name in arguments}
        cell = {name: arguments[name] for name in _parameters(cell_class) if name in arguments}
        shared = {name: kwargs[name] for name in ("dtype", "trainable") if name in kwargs}
        name = cell_class.name_in_layer or naming.to_snake_case(cell_class.__name__)
        made = cell_class(**cell, **shared, name=name)
        RNN.__init__(self, made, activity_regularizer=arguments["activity_regularizer"], **own, **kwargs)
        self.__hornbeam__.stored += tuple(cell)  # which the class reads from the cell
        self.input_spec = InputSpec(ndim=1 + made.axes_of_step)

    def config_arguments(self) -> dict[str, Any]:
        return {key: value for key, value in super().config_arguments().items() if key not in self._not_in_config}

    @property
    def state_size(self) -> list[Any]:
        return as_list(self.cell.state_size)

    def _listed_states(self) -> list[Any]:
        return self.state_size

    def build(
        self, sequences_shape: tuple[int | None, ...], initial_state_shape: Any = None, constants_shape: Any = None
    ) -> None:
        constants = [constants_shape] if isinstance(constants_shape, tuple) else constants_shape
        build_cell(self.cell, (sequences_shape[0], *sequences_shape[2:]), constants)
        steps = sequences_shape[1]
        if self.unroll and steps is None:
            raise ValueError(
                f"Layer `{self.name}` can be unrolled only over a known number of time steps: give `Input` a size for "
                f"the time axis, or leave `unroll=False`. Received: input shape {tuple(sequences_shape)}."
            )
        if self.unroll and steps:
            allowance.charge(steps, 2**14, "unrolled steps")
        if self.stateful:
            self._make_states(sequences_shape)

    def _make_states(self, shape: tuple[int | None, ...]) -> None:
        if shape[0] is None:
            raise ValueError(
                f"Layer `{self.name}` is stateful, so the batch size must be known: give `Input` a `batch_size`. "
                f"Received: input shape {tuple(shape)}."
            )
        with engine.eager():
            states = tree.map(engine.to_numpy, self._zero_states(shape))
        self.states = tree.map(
            lambda x: StateVariable(x, dtype=self.variable_dtype, trainable=False, name="rnn_state"), states
        )

    def get_initial_state(self, batch_size: Any) -> list[Any]:
        """The states that a sequence starts from unless others are given.

        Args:
            batch_size: how many sequences; or the sequences themselves, as in Keras 2.
        """
        if hasattr(batch_size, "shape"):
            return as_list(_states_before(batch_size, self))
        return initial_state(self.cell, batch_size)

    def _zero_states(self, shape: Any) -> list[Any]:
        """The states that sequences of this shape start from."""
        return self.get_initial_state(shape[0])

    def reset_state(self) -> None:
        """Make a stateful layer begin anew with the next batch."""
        for state in tree.leaves(self.states) if self.states is not None else []:
            state.hold(engine.full(state.shape, 0, state.dtype))

    def reset_states(self, states: Any = None) -> None:
        """`reset_state`; or let the next batch begin with `states`, an array for each state."""
        if states is None:
            self.reset_state()
            return
        held, given = tree.leaves(self.states), tree.leaves(as_list(states))
        if self.states is None or len(held) != len(given):
            received = "a layer that is not stateful or not built" if self.states is None else f"{len(given)} arrays"
            raise ValueError(f"Layer `{self.name}` takes one array for each state that it keeps. Received: {received}.")
        for state, value in zip(held, given, strict=True):
            state.assign(value)

    @fact
    def row_independent(self) -> bool:
        """Whether no state is kept, which has as many rows as the batch."""
        return not self.stateful

    def call(
        self,
        sequences: Any,
        initial_state: Any = None,
        mask: Any = None,
        training: bool = False,
        constants: Any = None,
    ) -> Any:
        mask = mask[0] if isinstance(mask, list | tuple) else mask
        check_mask(self, mask, sequences)
        states = self._first_states(sequences.shape, initial_state)
        constants = None if constants is None else self._checked(as_list(constants))
        found = self.inner_loop(sequences, states, mask, training, constants)
        last, outputs, states = in_own_dtype(self, found)
        if self._keeps_states_of(sequences.shape[0]):
            for held, state in zip(tree.leaves(self.states), tree.leaves(states), strict=True):
                held.hold(state)
        output = outputs if self.return_sequences else last
        return self.gives((output, *states)) if self.return_state else output

    def _checked(self, constants: list[Any]) -> list[Any]:
        cells = self.cell.cells if isinstance(self.cell, StackedRNNCells) else [self.cell]
        if not any(takes_constants(cell) for cell in cells):
            raise ValueError(
                f"`call` of the cell of layer `{self.name}` must have an argument `constants` to be given some. "
                f"Received: cell={self.cell!r}."
            )
        return constants

    def _keeps_states_of(self, rows: int) -> bool:
        """Whether the batch is one that states are kept for, and `rows` does not stand for an unknown size."""
        return self.stateful and not (running.probe is not None and rows in running.probe.values())

    def _first_states(self, shape: Any, given: Any) -> list[Any]:
        if given is None and self._keeps_states_of(shape[0]):
            given = tree.map(lambda state: state.value, self.states)
            rows = tree.leaves(given)[0].shape[0]
            if rows != shape[0]:
                raise ValueError(
                    f"Layer `{self.name}` is stateful, so every batch must have as many rows as the first. "
                    f"Expected: {rows}. Received: {shape[0]}."
                )
        states = self._zero_states(shape) if given is None else as_list(given)
        if len(states) != len(self.state_size):
            raise ValueError(
                f"Layer `{self.name}` has {len(self.state_size)} states. Received: {len(states)} in `initial_state`."
            )
        states = tree.map(lambda x: engine.cast(engine.asarray(x), self.compute_dtype), states)
        if given is not None:
            check_states(self, self.cell, (shape[0], *shape[2:]), states)
        return states

    def inner_loop(
        self,
        sequences: Any,
        initial_state: list[Any],
        mask: Any,
        training: bool = False,
        constants: list[Any] | None = None,
    ) -> tuple[Any, Any, list[Any]]:
        """The loop over time; gives the last output, all outputs and the last states."""
        if type(self.cell) is not StackedRNNCells:
            every, backwards = self.return_sequences, self.go_backwards
            return self._loop(self.cell, sequences, initial_state, mask, training, constants, backwards, every)
        # A cell sees of the one below it only the output of the same time: each runs over the whole sequence in turn.
        after, backwards, top = [], self.go_backwards, self.cell.cells[-1]
        for cell, own in zip(self.cell.cells, initial_state, strict=True):
            every = self.return_sequences or cell is not top
            last, sequences, states = self._loop(
                cell, sequences, as_list(own), mask, training, constants, backwards, every
            )
            if backwards and mask is not None:
                mask = engine.flip(mask, 1)
            backwards = False
            after.append(states if tree.is_nested(own) else states[0])
        return last, sequences, after

    def _loop(
        self,
        cell: Any,
        sequences: Any,
        states: list[Any],
        mask: Any,
        training: bool,
        constants: list[Any] | None,
        go_backwards: bool,
        return_all: bool,
    ) -> tuple[Any, Any, list[Any]]:
        dtype, zeros = getattr(cell, "compute_dtype", self.compute_dtype), self.zero_output_for_mask
        states = tree.map(lambda state: engine.cast(state, dtype), states)
        if isinstance(cell, RecurrentCell) and type(cell).call is RecurrentCell.call:
            with autocast(dtype):
                sequences, keep = cell.drop(engine.cast(sequences, dtype), training)
                if self.use_cudnn and not self.unroll:
                    found = apply_kernel(cell, sequences, states, keep, go_backwards, mask, zeros)
                    if found is not None:
                        return found
                sequences, step = cell.prepare(sequences, keep)
            loop = recurrent.rnn
        else:
            step, held = own_step(cell, training, constants)
            loop = functools.partial(carrying_rnn, held) if held else recurrent.rnn
        with masks_drawn(cell, sequences, states):
            return loop(step, sequences, states, go_backwards, mask, self.unroll, zeros, return_all_outputs=return_all)

    def compute_mask(self, _: Any, mask: Any = None) -> Any:
        mask = mask[0] if isinstance(mask, list | tuple) else mask
        mask = mask if self.return_sequences else None
        return [mask, *(None for _ in self.state_size)] if self.return_state else mask


@op
def _states_before(sequences: Any, layer: RNN) -> list[Any]:
    return layer._zero_states(tuple(sequences.shape))


class StateVariable(Variable):
    """A variable that programs carry along and that is no weight: it is not saved."""

    is_weight = False


def _parameters(cls: type) -> list[str]:
    """The names of a constructor's own arguments."""
    parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]  # type: ignore[misc]
    return [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
