"""What a function of targets and outputs declares of itself, as a metric; diagnosis asks for it there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar

from hornbeam.losses.definition import Kind
from hornbeam.ops.dispatch import op

Compares = Literal["largest unit", "threshold", "equality"] | None
Function = TypeVar("Function", bound=Callable[..., Any])


def metric_function(compares: Compares = None, outputs: Kind = None) -> Callable[[Function], Function]:
    """Make a function `(y_true, y_pred, ...)` of `ops`, with a value for each row, that says what it does.

    Args:
        compares: how it finds whether an output is right: by which unit is the largest, by whether each is above a
            threshold, by whether each equals its target; `None` for what it does otherwise.
        outputs: what `y_pred` holds; `None` where it may hold anything (`losses/definition.py`).
    """

    def declare(fn: Function) -> Function:
        made: Any = op(row_independent=True)(fn)
        made.compares, made.outputs = compares, outputs
        return made

    return declare
