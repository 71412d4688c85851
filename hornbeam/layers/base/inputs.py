"""The arguments of a call as arrays: numbers, NumPy arrays and variables become tensors of the compute dtype."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import dtypes, symbolic, tensor_metadata, tree
from hornbeam.core.variable import Variable


def as_inputs(
    args: tuple[Any, ...], kwargs: dict[str, Any], dtype: str, autocast: bool
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of a call with arrays in the compute dtype; what is no array stays as it is."""
    if len(args) == 1 and not kwargs and not tree.is_nested(args[0]):
        return (_as_input(args[0], dtype, autocast),), kwargs
    convert = lambda value: _as_input(value, dtype, autocast)  # noqa: E731
    return tree.map(convert, (tuple(_from_numbers(arg) for arg in args), kwargs))


def _as_input(value: Any, dtype: str, autocast: bool) -> Any:
    if isinstance(value, Variable):
        value = value.value
    elif isinstance(value, np.ndarray | np.generic):
        if value.dtype.kind in "USO":
            raise TypeError(symbolic.no_strings("A layer", next(iter(value.reshape(-1).tolist()), "")))
        value = engine.asarray(value, "float64" if value.dtype == dtype == "float64" else None)
    elif isinstance(value, float):
        value = engine.asarray(value, dtype)
    if autocast and engine.is_tensor(value) and (own := engine.dtype_name(value)) != dtype and own in dtypes.FLOATS:
        value = tensor_metadata.carry(lambda x: engine.cast(x, dtype), value)
    return value


def _from_numbers(value: Any) -> Any:
    """A nested list of numbers as one array; anything else as it is."""
    if isinstance(value, list) and value:
        leaves = tree.leaves(value)
        if all(isinstance(leaf, int | float) for leaf in leaves) or all(isinstance(leaf, str) for leaf in leaves):
            return np.asarray(value)
    return value
