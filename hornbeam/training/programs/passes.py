"""Several passes over arrays in one compiled loop, and the logs of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from hornbeam import engine
from hornbeam.core import tree
from hornbeam.core.registry import is_builtin
from hornbeam.core.variable import Variable
from hornbeam.engine.protocol import Spec
from hornbeam.metrics.metric import Metric

# What metrics may hold where their results are kept for several passes.
_FEW_NUMBERS = 2**12


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


def counters_of(metrics: Sequence[Any]) -> list[Variable] | None:
    """What metrics count in; `None` where a user's code lets them count anew, or where results may be large."""
    is_own = all(type(one).variables is Metric.variables and is_builtin(one.reset_state) for one in metrics)
    found = [variable for one in metrics for variable in one.variables]
    return found if is_own and sum(variable.size for variable in found) <= _FEW_NUMBERS else None


def zeros(shapes: Any, times: tuple[int, ...] = ()) -> Any:
    """Arrays of these shapes, `times` over."""
    if isinstance(shapes, Spec):
        return engine.full((*times, *shapes.shape), 0, shapes.dtype)
    if isinstance(shapes, dict):
        return {key: zeros(item, times) for key, item in shapes.items()}
    return type(shapes)(zeros(item, times) for item in shapes)


def _with_row(x: Any, row: Any, index: Any) -> Any:
    return engine.dynamic_update_slice(x, engine.reshape(row, (1, *row.shape)), (index, *[0] * len(row.shape)))
