"""Gradients added up over some steps; and an update made only where a condition holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import dtypes
from hornbeam.core.lift import lift
from hornbeam.core.variable import Variable
from hornbeam.ops.dispatch import Array

SLOT = "gradient_accumulator"


def accumulate(optimizer: Any, grads: list[Array], variables: list[Variable]) -> None:
    """Add the gradients up; every n-th time update by their mean and start anew."""
    n, state = optimizer.gradient_accumulation_steps, optimizer._state
    accumulated = state.slots[SLOT]
    sums = [accumulated[v] for v in variables]
    for total, g in zip(sums, grads, strict=True):
        total.assign_add(g)

    def update() -> None:
        optimizer._update_all([total.value / n for total in sums], variables)
        for v in state.trained:
            total = accumulated[v]
            total.hold(np.zeros(total.shape, dtypes.numpy_dtype(total.dtype)))

    run_where((optimizer._iterations.value + 1) % n == 0, update, [*variables, *state.variables])


def run_where(predicate: Array, fn: Callable[[], None], variables: list[Variable]) -> None:
    """Run `fn`, which assigns some of `variables`, where `predicate` holds."""
    pure = lift(fn, variables)
    values = [variable.value for variable in variables]
    new = engine.cond(predicate, lambda now: pure(now)[1], lambda now: list(now), values)
    for variable, value in zip(variables, new, strict=True):
        variable.hold(value)
