"""What a model is called on: as arrays, as symbolic tensors, and the shapes of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import masking, tree
from hornbeam.core.symbolic import SymbolicTensor


def as_arrays(inputs: Any) -> Any:
    """Inputs as arrays: nested lists of numbers, tables, and arrays of other libraries become some."""
    if isinstance(inputs, np.ndarray) or engine.is_tensor(inputs):
        return inputs
    if (
        isinstance(inputs, list | tuple)
        and inputs
        and all(isinstance(leaf, bool | int | float | str) for leaf in tree.leaves(inputs))
    ):
        return np.asarray(inputs)
    return tree.map(_as_array, inputs)


def _as_array(x: Any) -> Any:
    is_foreign = hasattr(x, "__array__") and not isinstance(x, np.ndarray | SymbolicTensor) and not engine.is_tensor(x)
    if is_foreign and hasattr(x, "to_numpy"):  # a table, which may hold text
        return x.to_numpy()
    return engine.asarray(x) if is_foreign else x


def spec_of(x: Any) -> Any:
    """Data as a symbolic tensor of its shape, the batch unknown."""
    if x is None:
        return None
    shape = np.shape(x)
    return SymbolicTensor((None, *shape[1:]), str(x.dtype).rpartition(".")[2] if hasattr(x, "dtype") else None)


def like(tensor: SymbolicTensor) -> SymbolicTensor:
    """Another symbolic tensor of the same shape, dtype and mask."""
    copy = SymbolicTensor(tensor.shape, tensor.dtype)
    if (mask := masking.get_mask(tensor)) is not None:
        masking.set_mask(copy, mask)
    return copy


def shapes_of(value: Any) -> Any:
    """The shapes of all tensors, in order."""
    return [getattr(leaf, "shape", None) for leaf in tree.leaves(value)]
