"""Applying a step over time, with masks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hornbeam import engine
from hornbeam.core import tree
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, arrays_of, as_array, fused

__all__ = ["rnn"]


def rnn(
    step: Callable[[Any, Any], tuple[Any, Any]],
    inputs: Any,
    initial_states: Any,
    go_backwards: bool = False,
    mask: Any = None,
    unroll: bool = False,
    zero_output_for_mask: bool = False,
    return_all_outputs: bool = True,
    time_major: bool = False,
) -> tuple[Any, Any, Any]:
    """`output, states = step(input, states)` at every time; gives the last output, all outputs and the last states.

    Where `mask` is false, the states stay as they were and the output is the one before it, zeros at the start.

    Args:
        step: takes the inputs of one time and a tree of states; returns its output and the new states.
        inputs: a tree of arrays of shape (batch, time, ...).
        initial_states: the states before the first time.
        go_backwards: begin at the last time; outputs come in the order of the steps.
        mask: booleans of shape (batch, time) or (batch, time, 1).
        unroll: write the loop out, which compiles longer.
        zero_output_for_mask: zeros instead of the output before, where `mask` is false.
        return_all_outputs: otherwise the outputs have a single time, the last.
        time_major: inputs, mask and outputs have shape (time, batch, ...).
    """

    def swap(x: Array) -> Array:
        return x if time_major else arrays.swapaxes(x, 0, 1)

    xs = tree.map(swap, arrays_of(inputs))
    marks = None if mask is None else engine.cast(as_array(mask), "bool")
    marks = None if marks is None else swap(marks if len(marks.shape) == 2 else marks[..., 0])
    if go_backwards:
        xs, marks = tree.map(lambda x: None if x is None else engine.flip(x, 0), (xs, marks))
    first, structure = tree.flatten(arrays_of(initial_states))

    def advance(carry: Any, x: Any) -> tuple[Any, Any]:
        """One step on flat lists, so that a step may return its states as a list or a tuple."""
        output, states = step(x, tree.unflatten(structure, carry))
        return output, [
            engine.cast(new, engine.dtype_name(old)) for new, old in zip(tree.leaves(states), carry, strict=True)
        ]

    def plain(carry: Any, x: Any) -> tuple[Any, Any]:
        output, carry = advance(carry, x)
        return carry, output

    def masked(carry: Any, x_and_mark: Any) -> tuple[Any, Any]:
        (x, mark), (before, states) = x_and_mark, carry
        output, after = advance(states, x)
        kept = [_choose(mark, new, old) for new, old in zip(after, states, strict=True)]
        shown = tree.map(lambda new, old: _choose(mark, new, old), output, before)
        return (before if zero_output_for_mask else shown, kept), shown

    if marks is None:
        states, outputs = _loop(plain, first, xs, unroll)
    else:
        specs = engine.trace_shapes(lambda x, states: advance(states, x)[0], tree.map(lambda x: x[0], xs), first)
        zeros = _map_specs(lambda spec: engine.full(spec.shape, 0, spec.dtype), specs)
        (_, states), outputs = _loop(masked, (zeros, first), (xs, marks), unroll)
    last = tree.map(lambda y: y[-1], outputs)
    shown = tree.map(swap, outputs if return_all_outputs else tree.map(lambda y: y[-1:], outputs))
    return last, shown, tree.unflatten(structure, states)


def rnn_by_kernel(
    name: str,
    x: Array,
    states: list[Array],
    weights: tuple[Array, ...],
    activation: str,
    keep: Array | None,
    go_backwards: bool,
    mask: Any,
    zero_output_for_mask: bool,
) -> tuple[Any, Any, list[Any]] | None:
    """What `rnn` gives for the steps of a cell that the engine may have a kernel for; `None` where it has none."""
    kernel = fused(name)
    if kernel is None:
        return None
    if mask is not None:
        mask = engine.cast(mask if mask.ndim == 2 else mask[..., 0], "bool")
    if go_backwards:
        x, mask = engine.flip(x, 1), None if mask is None else engine.flip(mask, 1)
    result = kernel(x, *states, *weights, activation=activation, mask=mask, keep=keep)
    if result is None:
        return None
    outputs, *states = result
    last = states[0]
    if mask is not None:
        # Before the first real step there is no output yet, whatever h is.
        shown = mask if zero_output_for_mask else engine.cumsum(mask, 1) > 0
        outputs, last = engine.where(shown[..., None], outputs, 0), engine.where(shown[:, -1:], last, 0)
    return last, outputs, states


def _loop(step: Callable[[Any, Any], tuple[Any, Any]], carry: Any, xs: Any, unroll: bool) -> tuple[Any, Any]:
    if not unroll:
        return engine.scan(step, carry, xs)
    outputs = []
    for t in range(tree.leaves(xs)[0].shape[0]):
        carry, output = step(carry, tree.map(lambda x, t=t: x[t], xs))
        outputs.append(output)
    return carry, tree.map(lambda *ys: arrays.stack(ys), *outputs)


def _choose(mark: Array, new: Array, old: Array) -> Array:
    return engine.where(engine.reshape(mark, tuple(mark.shape) + (1,) * (len(new.shape) - 1)), new, old)


def _map_specs(fn: Callable[[Any], Any], specs: Any) -> Any:
    """`tree.map` with specs, which are tuples themselves, as leaves."""
    if hasattr(specs, "dtype"):
        return fn(specs)
    if isinstance(specs, dict):
        return {key: _map_specs(fn, spec) for key, spec in specs.items()}
    return type(specs)(_map_specs(fn, spec) for spec in specs)
