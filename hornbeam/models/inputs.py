"""What a model is called on: as arrays, as symbolic tensors, and the shapes of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam.core import tree
from hornbeam.core.symbolic import SymbolicTensor


def as_arrays(inputs: Any) -> Any:
    """Inputs without nested lists of numbers, which become arrays."""
    if isinstance(inputs, list | tuple) and all(isinstance(leaf, bool | int | float) for leaf in tree.leaves(inputs)):
        return np.asarray(inputs)
    return inputs


def spec_of(x: Any) -> Any:
    """Data as a symbolic tensor of its shape, the batch unknown."""
    if x is None:
        return None
    shape = np.shape(x)
    return SymbolicTensor((None, *shape[1:]), str(x.dtype).rpartition(".")[2] if hasattr(x, "dtype") else None)


def shapes_of(value: Any) -> Any:
    """The shapes of all tensors, in order."""
    return [getattr(leaf, "shape", None) for leaf in tree.leaves(value)]
