"""Loops over time for recurrent cells of the user's own, which may assign variables: seeds, moving averages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from hornbeam import engine
from hornbeam.core import rng, tree
from hornbeam.core.lift import autocast, lift
from hornbeam.core.variable import Variable
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.rnn.cells import call_cell
from hornbeam.layers.rnn.recurrent_cell import RecurrentCell
from hornbeam.ops import recurrent

Step = Callable[[Any, Any], tuple[Any, Any]]


def own_step(cell: Any, training: bool, constants: list[Any] | None) -> tuple[Step, list[Variable]]:
    """The step of any cell, and the variables that it may assign."""
    held = [v for v in cell.variables if not v.trainable] if isinstance(cell, Layer) else []
    unseeded = rng.unseeded()
    held += [unseeded.state] if unseeded is not None else []
    return lambda x, states: call_cell(cell, x, states, training, constants), held


@contextmanager
def masks_drawn(cell: Any, sequences: Any, states: list[Any]) -> Iterator[None]:
    """Inside, a built-in cell whose `call` is the user's own has masks of dropout: the same at all times."""
    if not isinstance(cell, RecurrentCell) or type(cell).call is RecurrentCell.call:
        yield
        return
    cell.get_dropout_mask(sequences[:, 0])
    cell.get_recurrent_dropout_mask(tree.leaves(states)[0])
    try:
        yield
    finally:
        cell.reset_dropout_mask()
        cell.reset_recurrent_dropout_mask()


def carrying_rnn(
    held: list[Variable],
    step: Step,
    sequences: Any,
    states: list[Any],
    go_backwards: bool,
    mask: Any,
    unroll: bool,
    zero_output_for_mask: bool,
    return_all_outputs: bool,
) -> tuple[Any, Any, list[Any]]:
    """`rnn` for a step that assigns `held`: their values go along with the states, since a loop cannot assign."""
    with autocast(None):
        carry: list[Any] = [states, [variable.value for variable in held]]
    step = _carrying(step, held)
    if mask is not None:
        spec = engine.trace_shapes(lambda x, carry: step(x, carry)[0], sequences[:, 0], carry)
        carry = [engine.full(spec.shape, 0, spec.dtype), *carry]
        sequences, step = (sequences, engine.cast(mask, "bool")), _masked(step, zero_output_for_mask)
    last, outputs, carry = recurrent.rnn(
        step, sequences, carry, go_backwards, unroll=unroll, return_all_outputs=return_all_outputs
    )
    *_, states, values = carry
    for variable, value in zip(held, values, strict=True):
        variable.hold(value)
    return last, outputs, states


def _carrying(step: Step, held: list[Variable]) -> Step:
    """A step on (states, values of `held`)."""
    pure = lift(step, held)

    def carrying(x: Any, carry: Any) -> tuple[Any, Any]:
        (output, states), values = pure(carry[1], x, carry[0])
        return output, [states, values]

    return carrying


def _masked(step: Step, zero_output: bool) -> Step:
    """A step on ((x, mask), (output before, states, values)) that keeps output and states where the mask is false."""

    def masked(inputs: Any, carry: Any) -> tuple[Any, Any]:
        (x, real), (before, states, values) = inputs, carry
        output, (after, values) = step(x, [states, values])
        output = _choose(real, output, before)
        kept = tree.map(lambda new, old: _choose(real, new, old), after, states)
        return output, [before if zero_output else output, kept, values]

    return masked


def _choose(real: Any, new: Any, old: Any) -> Any:
    return engine.where(engine.reshape(real, (*real.shape, *(1,) * (new.ndim - 1))), new, old)
