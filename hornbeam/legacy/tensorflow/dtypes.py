"""TensorFlow's dtypes: names that say a little more of themselves."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from hornbeam.core import dtypes

NAMES = """
    bfloat16 bool complex64 complex128 float16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 string
""".split()


class DType(str):
    """A dtype's name; equal to the string, and to NumPy's dtype."""

    @property
    def name(self) -> str:
        return str(self)

    @property
    def base_dtype(self) -> DType:
        return self

    real_dtype = base_dtype

    @property
    def size(self) -> int:
        return dtypes.numpy_dtype(str(self)).itemsize

    @property
    def min(self) -> Any:
        return _limits(str(self)).min

    @property
    def max(self) -> Any:
        return _limits(str(self)).max

    @property
    def as_numpy_dtype(self) -> Any:
        return np.dtype(object if self == "string" else self).type

    @property
    def is_floating(self) -> bool:
        return dtypes.is_float(str(self))

    @property
    def is_integer(self) -> bool:
        return "int" in self

    @property
    def is_bool(self) -> bool:
        return self == "bool"

    def __eq__(self, other: Any) -> bool:
        return str(self) == str(getattr(other, "name", other))

    def __ne__(self, other: Any) -> bool:
        return not self == other

    __hash__ = str.__hash__

    def __repr__(self) -> str:
        return f"tf.{self}"


def _limits(dtype: str) -> Any:
    return dtypes.finfo(dtype) if dtypes.is_float(dtype) else np.iinfo(dtype)


def as_dtype(type_value: Any) -> DType:
    """The dtype of a name, of NumPy's or of TensorFlow's."""
    return DType(dtypes.standardize(str(type_value) if isinstance(type_value, DType) else type_value))


def __getattr__(name: str) -> Any:
    if name == "cast":
        return importlib.import_module("hornbeam.legacy.tensorflow.functions").cast
    if name in NAMES:
        return DType(name)
    raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
