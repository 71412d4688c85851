"""Values as arrays, and what dtype and shape they have."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import dtypes, symbolic
from hornbeam.core.brief import shown_shape
from hornbeam.core.variable import Variable
from hornbeam.ops.dispatch import Array, as_array, op


@op(row_independent=True, passes_values=True, counts=True)
def convert_to_tensor(x: Any, dtype: Any = None, sparse: bool | None = None, ragged: bool | None = None) -> Array:
    """`x` as an array of the active engine; 64 bits narrow to 32 unless `dtype` says otherwise."""
    x = as_array(x)
    return x if dtype is None else engine.cast(x, dtypes.standardize(dtype))


def array(x: Any, dtype: Any = None) -> Array:
    """`x` as an array of the active engine."""
    return convert_to_tensor(x, dtype)


def convert_to_numpy(x: Any) -> np.ndarray:
    """`x` as a NumPy array on the host; waits for the value."""
    return engine.to_numpy(x) if engine.is_tensor(x) else np.asarray(x)


def is_tensor(x: Any) -> bool:
    """Whether `x` is an array of the active engine; a symbolic tensor is none, it has no values."""
    return engine.is_tensor(x)


@op(row_independent=True, passes_values=True)
def cast(x: Array, dtype: Any) -> Array:
    """`x` in another dtype; floats become integers by truncation towards zero."""
    return engine.cast(x, dtypes.standardize(dtype))


@op(row_independent=True)
def saturate_cast(x: Array, dtype: Any) -> Array:
    """`x` in another dtype, with what does not fit moved to the nearest value that does."""
    dtype = dtypes.standardize(dtype)
    source = engine.dtype_name(x)
    if dtype == "bool" or source == "bool":
        return engine.cast(x, dtype)
    (low, high), (source_low, source_high) = _limits(dtype), _limits(source)
    x = x if low <= source_low else engine.maximum(x, low)
    x = x if high >= source_high else engine.minimum(x, _at_most(high, source))
    return engine.cast(x, dtype)


def _limits(dtype: str) -> tuple[Any, Any]:
    info = dtypes.finfo(dtype) if dtypes.is_float(dtype) else np.iinfo(dtype)
    convert = float if dtypes.is_float(dtype) else int
    return convert(info.min), convert(info.max)


def _at_most(value: Any, dtype: str) -> Any:
    """The largest number of a float `dtype` that does not exceed `value`: 2**31 - 1 is none of float32's."""
    if not dtypes.is_float(dtype):
        return value
    nearest = np.asarray(value, dtypes.numpy_dtype(dtype))
    return float(nearest) if float(nearest) <= value else float(np.nextafter(nearest, np.zeros_like(nearest)))


@op(row_independent=True, passes_values=True)
def copy(x: Array) -> Array:
    """`x` with memory of its own."""
    return x if engine.is_traced(x) else engine.cast(engine.asarray(engine.to_numpy(x)), engine.dtype_name(x))


@op
def view(x: Array, dtype: Any = None) -> Array:
    """The same bytes as another dtype; the last axis is longer or shorter where its elements have another size."""
    if dtype is None:
        return x
    name, old = dtypes.standardize(dtype), dtypes.numpy_dtype(engine.dtype_name(x)).itemsize
    size = dtypes.numpy_dtype(name).itemsize
    if size > old and (not x.shape or x.shape[-1] * old % size):
        raise ValueError(
            f"The bytes of the last axis must make whole elements of {size} bytes ({name}). "
            f"Received: {engine.dtype_name(x)} of shape {shown_shape(x.shape)}."
        )
    return engine.bitcast(x, name)


def dtype(x: Any) -> str:
    """The name of the dtype of `x`."""
    named = isinstance(x, Variable | symbolic.SymbolicTensor)
    return x.dtype if named else engine.dtype_name(as_array(x))


def shape(x: Any) -> tuple[int | None, ...]:
    """The sizes of `x`; `None` for those that a symbolic tensor does not know yet."""
    return tuple(x.shape) if hasattr(x, "shape") else tuple(np.shape(x))


def ndim(x: Any) -> int:
    """The number of axes of `x`."""
    return len(shape(x))


def size(x: Any) -> Any:
    """The number of elements of `x`; of a symbolic tensor a symbolic number."""
    return _size(x) if symbolic.is_symbolic(x) else math.prod(shape(x))


@op
def _size(x: Array) -> Array:
    return engine.asarray(math.prod(x.shape))
