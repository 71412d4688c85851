"""Steps over time, choices, and functions of each element."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hornbeam import engine, ops
from hornbeam.core import tree
from hornbeam.core.symbolic import is_symbolic
from hornbeam.ops import recurrent
from hornbeam.ops.dispatch import as_array, op


@op
def rnn(
    step_function: Callable[[Any, Any], tuple[Any, Any]],
    inputs: Any,
    initial_states: Any,
    go_backwards: bool = False,
    mask: Any = None,
    constants: Any = None,
    unroll: bool = False,
    input_length: int | None = None,
) -> tuple[Any, Any, list[Any]]:
    """The last output, all outputs and the last states of a step taken at every time.

    Args:
        step_function: takes the inputs of one time and a list of states, then `constants`; gives an output and states.
        inputs: shape (batch, time, ...).
        initial_states: a list of tensors.
        go_backwards: begin at the last time; outputs come in the order of the steps.
        mask: shape (batch, time); where it is false the states stay, and the output is the one before.
        constants: a list of tensors that each step gets after the states.
        unroll: write the loop out.
        input_length: the number of steps, which the inputs tell.
    """
    fixed = [as_array(x) for x in constants or ()]

    def step(x: Any, states: Any) -> tuple[Any, Any]:
        output, after = step_function(x, [*states, *fixed])
        return as_array(output), [as_array(state) for state in after]

    states = list(initial_states)
    last, outputs, states = recurrent.rnn(step, inputs, states, go_backwards, mask, unroll)
    return last, outputs, list(states)


def switch(condition: Any, then_expression: Any, else_expression: Any) -> Any:
    """`then_expression` where the condition holds, else `else_expression`; each may be a function that gives it."""
    then, other = then_expression, else_expression
    if not is_symbolic(condition) and ops.ndim(condition) == 0:
        if not engine.is_traced(as_array(condition)):
            return _given(then) if bool(ops.convert_to_numpy(condition)) else _given(other)
        if callable(then) and callable(other):
            return ops.cond(condition, then, other)
    return _chosen(condition, _given(then), _given(other))


def _given(x: Any) -> Any:
    return x() if callable(x) else x


@op(row_independent=True)
def _chosen(condition: Any, then: Any, other: Any) -> Any:
    """By element; a condition with fewer axes holds for all that is in one of its elements."""
    mark, then, other = engine.cast(as_array(condition), "bool"), as_array(then), as_array(other)
    more = max(len(then.shape), len(other.shape)) - len(mark.shape)
    return engine.where(engine.reshape(mark, tuple(mark.shape) + (1,) * max(more, 0)), then, other)


def map_fn(fn: Callable[[Any], Any], elems: Any, name: str | None = None, dtype: Any = None) -> Any:
    """`fn` of every slice along the first axis; `elems` may be a list, of whose slices `fn` gets a list."""
    result = ops.map(fn, elems)
    return result if dtype is None else _cast(result, dtype)


def _cast(values: Any, dtype: Any) -> Any:
    if isinstance(values, list | tuple):
        kinds: Sequence[Any] = dtype if isinstance(dtype, list | tuple) else [dtype] * len(values)
        return type(values)(ops.cast(x, kind) for x, kind in zip(values, kinds, strict=True))
    return ops.cast(values, dtype)


def foldl(fn: Callable[[Any, Any], Any], elems: Any, initializer: Any = None, name: str | None = None) -> Any:
    """`total = fn(total, x)` for each slice `x` along the first axis; from the first slice by default."""
    if initializer is None:
        initializer, elems = elems[0], tree.map(lambda x: x[1:], elems)
    return ops.scan(lambda total, x: (fn(total, x), 0), initializer, elems)[0]


def foldr(fn: Callable[[Any, Any], Any], elems: Any, initializer: Any = None, name: str | None = None) -> Any:
    """The same from the last slice to the first."""
    if initializer is None:
        initializer, elems = elems[-1], tree.map(lambda x: x[:-1], elems)
    return ops.scan(lambda total, x: (fn(total, x), 0), initializer, elems, reverse=True)[0]
