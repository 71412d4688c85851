"""Moving averages of the weights, which take their place when training ends."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.ops.dispatch import as_array

SLOT = "average"


def move(optimizer: Any) -> None:
    """Move the averages towards the weights, and put them in the weights' place when it is time."""
    state = optimizer._state
    averages = [(variable, state.slots[SLOT][variable]) for variable in state.trained]
    first = as_array(optimizer.iterations) == 0
    for variable, average in averages:
        m = engine.where(first, 0.0, engine.asarray(optimizer.ema_momentum, variable.dtype))
        average.assign(m * average.value + (1 - m) * variable.value)
    if optimizer.ema_overwrite_frequency:
        due = (as_array(optimizer.iterations) + 1) % optimizer.ema_overwrite_frequency == 0
        for variable, average in averages:
            variable.hold(engine.where(due, average.value, variable.value))
