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
        after, last = one_pass(number, carry[0])
        last = tree.map(engine.asarray, last)
        return after, tree.map(partial(_with_row, index=number), carry[1], last), last

    values, every, last = engine.fori_loop(0, passes, step, (values, zeros(logs, (room,)), zeros(logs)))
    return values, (every, last)


def zeros(shapes: Any, times: tuple[int, ...] = ()) -> Any:
    """Arrays of these shapes, `times` over."""
    if isinstance(shapes, Spec):
        return engine.full((*times, *shapes.shape), 0, shapes.dtype)
    if isinstance(shapes, dict):
        return {key: zeros(item, times) for key, item in shapes.items()}
    return type(shapes)(zeros(item, times) for item in shapes)


def _with_row(x: Any, row: Any, index: Any) -> Any:
    return engine.dynamic_update_slice(x, engine.reshape(row, (1, *row.shape)), (index, *[0] * len(row.shape)))
