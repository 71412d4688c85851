"""Inputs that have values of their own: `Input(tensor=K.variable(image))`, as Keras 2 allowed."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import tree
from hornbeam.core.variable import Variable
from hornbeam.layers.core.input_layer import held_by


def fed(model: Any, x: Any, passes: int = 1) -> Any:
    """The data for all inputs of `model`, where `x` is data for those without values of their own alone.

    Args:
        model: one that `fit` and the like are called of.
        x: what they were given.
        passes: how often the values are repeated, where there is no other data.
    """
    held = [held_by(tensor) for tensor in model.__hornbeam__.inputs or ()]
    if all(value is None for value in held):
        return x
    names = model.input_names
    if isinstance(x, dict):
        given = [x.get(name) for name in names]
    else:
        rest = [] if x is None else tree.leaves(x)
        if len(rest) == len(held):
            return x
        waiting = iter(rest)
        given = [None if value is not None else next(waiting, None) for value in held]
    rows = next((len(one) for one in given if one is not None), None)
    values = [
        _repeated(value, rows, passes) if one is None and value is not None else one
        for one, value in zip(given, held, strict=True)
    ]
    return values[0] if len(values) == 1 else values


def fed_in_passes(model: Any, x: Any, steps: int | None) -> tuple[Any, int | None]:
    """The same for `predict`, and how many batches are left to count: none, where each was all of the values."""
    return (fed(model, x, steps), None) if x is None and steps is not None else (fed(model, x), steps)


def _repeated(value: Any, rows: int | None, passes: int) -> np.ndarray:
    """The values, as often as there is other data for."""
    array = value.numpy() if isinstance(value, Variable) else engine.to_numpy(value)
    if rows is None:
        return np.concatenate([array] * passes) if passes > 1 else array
    return np.concatenate([array] * -(-rows // len(array)))[:rows]
