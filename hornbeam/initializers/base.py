"""What every initializer is: a recipe for the first values of a variable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import dtypes
from hornbeam.core.configurable import Configurable


class Initializer(Configurable):
    """Base of all initializers: override `sample`, which gives a NumPy array, or `__call__`, which gives any array.

    Values are made on the host, so that building a model compiles nothing and every engine starts from the same ones.
    """

    api_module = "keras.initializers"
    sample: Any = None

    def __init_subclass__(cls, **kwargs: Any):
        super().__init_subclass__(**kwargs)
        if "__call__" in cls.__dict__ and "sample" not in cls.__dict__:
            cls.sample = None  # the values are those of `__call__`, not an inherited sample

    def __call__(self, shape: int | Sequence[int], dtype: Any = None) -> Any:
        """An array of the given shape and dtype (`floatx()` by default)."""
        if self.sample is None:
            raise NotImplementedError(f"{type(self).__name__} must define `__call__(shape, dtype)` or `sample`.")
        dtype = dtypes.standardize(dtype)
        shape = (shape,) if isinstance(shape, int) else tuple(shape)
        return engine.asarray(self.sample(shape, dtype), dtype)

    def clone(self) -> Initializer:
        """An initializer with the same config."""
        return type(self).from_config(self.get_config())


def as_dtype(values: np.ndarray, dtype: str) -> np.ndarray:
    """`values` in a dtype given by name; nothing is copied where it is theirs."""
    return values.astype(dtypes.numpy_dtype(dtype), copy=False)
