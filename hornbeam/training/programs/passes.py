"""Several passes over arrays in one compiled loop, and the logs of each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from hornbeam import engine
from hornbeam.core import tree
from hornbeam.engine.protocol import Spec


def repeated(
    one_pass: Callable[[Any, Any], tuple[Any, Any]], passes: Any, values: Any, logs: Any, room: int
) -> tuple[Any, tuple[Any, Any]]:
    """`values, logs = one_pass(number, values)`, so many times.

    Args:
        one_pass: takes the number of the pass.
        passes: how many.
        values: before the first one.
        logs: the shapes of those of a pass.
        room: how many passes there may be at most.

    Returns:
        The values after the last pass, and the logs: of each, in arrays with room, and of the last one.
    """

    def step(number: Any, carry: Any) -> Any:
        after, of_pass = one_pass(number, carry[0])
        return after, tree.map(partial(_with_row, index=number), carry[1], of_pass)

    values, every = engine.fori_loop(0, passes, step, (values, zeros(logs, (room,))))
    return values, (every, tree.map(partial(_row, index=passes - 1), every))


def counting_anew(values: list[Any], fresh: list[Any], is_due: Any) -> list[Any]:
    """`values`; where due, those that were assigned anew in their place."""
    return [old if new is old else engine.where(is_due, new, old) for old, new in zip(values, fresh, strict=True)]


def zeros(shapes: Any, times: tuple[int, ...] = ()) -> Any:
    """Arrays of these shapes, `times` over."""
    if isinstance(shapes, Spec):
        return engine.full((*times, *shapes.shape), 0, shapes.dtype)
    if isinstance(shapes, dict):
        return {key: zeros(item, times) for key, item in shapes.items()}
    return type(shapes)(zeros(item, times) for item in shapes)


def _row(x: Any, index: Any) -> Any:
    shape = tuple(x.shape[1:])
    return engine.reshape(engine.dynamic_slice(x, _starts(x, index), (1, *shape)), shape)


def _with_row(x: Any, row: Any, index: Any) -> Any:
    return engine.dynamic_update_slice(x, engine.reshape(engine.asarray(row), (1, *x.shape[1:])), _starts(x, index))


def _starts(x: Any, index: Any) -> tuple[Any, ...]:
    return (index, *[0] * (len(x.shape) - 1))
