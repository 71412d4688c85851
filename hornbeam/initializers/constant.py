"""Initializers without chance."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam.core import dtypes
from hornbeam.initializers.base import Initializer, as_dtype


class Zeros(Initializer):
    """0 everywhere.

    >>> import hornbeam
    >>> hornbeam.initializers.Zeros()((2,)).tolist()
    [0.0, 0.0]
    """

    def sample(self, shape: tuple[int, ...], dtype: str) -> np.ndarray:
        return np.zeros(shape, dtypes.numpy_dtype(dtype))


class Ones(Initializer):
    """1 everywhere.

    >>> import hornbeam
    >>> hornbeam.initializers.Ones()((2,)).tolist()
    [1.0, 1.0]
    """

    def sample(self, shape: tuple[int, ...], dtype: str) -> np.ndarray:
        return np.ones(shape, dtypes.numpy_dtype(dtype))


class Constant(Initializer):
    """`value` everywhere.

    Args:
        value: a number, or an array that broadcasts to the variable's shape.

    >>> import hornbeam
    >>> hornbeam.initializers.Constant(3.0)((2,)).tolist()
    [3.0, 3.0]
    """

    def __init__(self, value: Any = 0.0):
        self.store(locals())

    def sample(self, shape: tuple[int, ...], dtype: str) -> np.ndarray:
        return as_dtype(np.array(np.broadcast_to(np.asarray(self.value), shape)), dtype)


class Given(Constant):
    """The numbers of an array that was given in place of an initializer, whose shape must be the variable's."""

    name_in_files = "Constant"

    def sample(self, shape: tuple[int, ...], dtype: str) -> np.ndarray:
        if np.shape(self.value) != shape:
            raise ValueError(
                "An array in place of an initializer must have the variable's shape, "
                f"{shape}. Received: an array of shape {np.shape(self.value)}."
            )
        return super().sample(shape, dtype)


class Identity(Initializer):
    """`gain` on the diagonal of a matrix, 0 elsewhere.

    Args:
        gain: a factor.

    >>> import hornbeam
    >>> hornbeam.initializers.Identity(2.0)((2, 2)).tolist()
    [[2.0, 0.0], [0.0, 2.0]]
    """

    def __init__(self, gain: float = 1.0):
        self.store(locals())

    def sample(self, shape: tuple[int, ...], dtype: str) -> np.ndarray:
        if len(shape) != 2:
            raise ValueError(f"`Identity` makes matrices only. Received: shape={shape}.")
        return as_dtype(self.gain * np.eye(*shape), dtype)
