"""Functions that assign variables, and `tf.TensorSpec`."""

from __future__ import annotations

from typing import Any, NamedTuple

from hornbeam.core.shape import Shape
from hornbeam.core.variable import Variable
from hornbeam.legacy.backend.variables import update
from hornbeam.legacy.tensorflow.dtypes import DType
from hornbeam.ops import add, subtract

__all__ = ["TensorSpec", "assign", "assign_add", "assign_sub"]


def assign(ref: Variable, value: Any, *_: Any, **__: Any) -> Any:
    """Another value, which is given back."""
    return update(ref, value)


def assign_add(ref: Variable, value: Any, *_: Any, **__: Any) -> Any:
    """The sum of what is held and `value`."""
    return update(ref, add(ref, value))


def assign_sub(ref: Variable, value: Any, *_: Any, **__: Any) -> Any:
    """The difference."""
    return update(ref, subtract(ref, value))


class _Spec(NamedTuple):
    shape: Any = None
    dtype: Any = DType("float32")
    name: str | None = None


class TensorSpec(_Spec):
    """The shape and dtype of what a function or a generator gives or takes."""

    def __new__(cls, shape: Any = None, dtype: Any = "float32", name: str | None = None) -> TensorSpec:
        return super().__new__(cls, None if shape is None else Shape(shape), DType(dtype), name)
