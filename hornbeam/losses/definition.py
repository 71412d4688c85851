"""What a loss declares of itself, at its function; checks and diagnosis ask for it there, by the loss or its function.

Targets and outputs are one of:

    "numbers"                any
    "probabilities"          each between 0 and 1 by itself
    "class probabilities"    of classes along the last axis, such as one-hot vectors
    "class indices"          integers, one for each row of outputs
    "margins"                how far beyond a line on the right side, or the wrong one if negative; outputs alone
    None                     what is not known, or is of another shape
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar

from hornbeam.ops.dispatch import op

Kind = Literal["numbers", "probabilities", "class probabilities", "class indices", "margins"] | None
Function = TypeVar("Function", bound=Callable[..., Any])


def loss_function(
    targets: Kind = "numbers", outputs: Kind = "numbers", row_independent: bool = True
) -> Callable[[Function], Function]:
    """Make a function `(y_true, y_pred, ...)` of `ops` that says what it takes.

    Args:
        targets: what `y_true` holds; shaped like `y_pred`, unless it holds class indices or is not known.
        outputs: what `y_pred` holds, unless it is said to hold logits.
        row_independent: whether the value of a row depends on that row alone, where no `axis` says otherwise.
    """

    def declare(fn: Function) -> Function:
        made: Any = op(row_independent=row_independent)(fn)
        made.targets, made.outputs = targets, outputs
        return made

    return declare
