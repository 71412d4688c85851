"""Arrays filled with a number, and numbers at equal distances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import dtypes
from hornbeam.ops.arrays.conversion import cast
from hornbeam.ops.arrays.shapes import moveaxis, reshape
from hornbeam.ops.dispatch import Array, as_array, op


def zeros(shape: int | Sequence[int], dtype: Any = None) -> Array:
    """Zeros; `floatx()` by default."""
    return full(shape, 0, dtype)


def ones(shape: int | Sequence[int], dtype: Any = None) -> Array:
    """Ones; `floatx()` by default."""
    return full(shape, 1, dtype)


def empty(shape: int | Sequence[int], dtype: Any = None) -> Array:
    """Zeros: nothing is gained by leaving memory as it is."""
    return zeros(shape, dtype)


def full(shape: int | Sequence[int], fill_value: Any, dtype: Any = None) -> Array:
    """`fill_value` everywhere; `floatx()` by default."""
    dtype = dtypes.standardize(dtype)
    shape = _sizes(shape)
    if isinstance(fill_value, bool | int | float):
        return engine.full(shape, fill_value, dtype)
    return _filled_with(fill_value, shape, dtype)


@op
def _filled_with(fill_value: Array, shape: Sequence[int], dtype: str) -> Array:
    return engine.broadcast_to(engine.cast(fill_value, dtype), shape)


@op(row_independent=True)
def zeros_like(x: Array, dtype: Any = None) -> Array:
    """Zeros with the shape and dtype of `x`."""
    return _filled_like(x, 0, dtype)


@op(row_independent=True)
def ones_like(x: Array, dtype: Any = None) -> Array:
    """Ones with the shape and dtype of `x`."""
    return _filled_like(x, 1, dtype)


@op(row_independent=True)
def empty_like(x: Array, dtype: Any = None) -> Array:
    """Zeros with the shape and dtype of `x`."""
    return _filled_like(x, 0, dtype)


@op(row_independent=True)
def full_like(x: Array, fill_value: Any, dtype: Any = None) -> Array:
    """`fill_value` everywhere, with the shape and dtype of `x`."""
    return _filled_like(x, fill_value, dtype)


def _filled_like(x: Array, value: Any, dtype: Any) -> Array:
    return full(tuple(x.shape), value, engine.dtype_name(x) if dtype is None else dtype)


def _sizes(shape: Any) -> tuple[int, ...]:
    return (int(shape),) if isinstance(shape, int | np.integer) else tuple(int(n) for n in shape)


def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Array:
    """`start, start + step, ...` below `stop`; int32 for integers, otherwise `floatx()`."""
    start, stop = (0, start) if stop is None else (start, stop)
    step = 1 if step is None else step
    if dtype is None:
        whole = all(np.issubdtype(np.asarray(x).dtype, np.integer) for x in (start, stop, step))
        dtype = "int32" if whole else dtypes.floatx()
    return engine.arange(start, stop, step, dtypes.standardize(dtype))


@op
def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """`num` numbers at equal distances from `start` to `stop`; with `retstep` also the distance.

    >>> import hornbeam
    >>> hornbeam.ops.linspace(0, 1, 5).tolist()
    [0.0, 0.25, 0.5, 0.75, 1.0]
    """
    if num < 0:
        raise ValueError(f"`num` must be at least 0. Received: num={num}.")
    dtype = _float_of(start, stop) if dtype is None else dtypes.standardize(dtype)
    start, stop = (engine.cast(as_array(x), dtypes.floatx()) for x in (start, stop))
    step = (stop - start) / max(num - 1 if endpoint else num, 1)
    count = reshape(engine.arange(0, num, 1, dtypes.floatx()), (num,) + (1,) * step.ndim)
    points = start + count * step
    if endpoint and num > 1:  # exactly `stop` at the end, whatever was rounded
        points = engine.where(count == num - 1, stop, points)
    points = engine.cast(moveaxis(points, 0, axis), dtype)
    return (points, step) if retstep else points


def _float_of(*values: Any) -> str:
    """The float dtype of the arrays among `values`; `floatx()` if there is none."""
    given = [x for x in values if engine.is_tensor(x)]
    dtype = engine.result_type(*given, 1.0) if given else "float64"
    return dtypes.floatx() if dtype == "float64" else dtype


@op
def logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10, dtype: Any = None, axis: int = 0
) -> Array:
    """`base ** linspace(start, stop)`."""
    return cast(engine.power(as_array(float(base)), linspace(start, stop, num, endpoint, axis=axis)), dtype)


@op
def geomspace(
    start: Array, stop: Array, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> Array:
    """`num` numbers with equal ratios from `start` to `stop`, which have the same sign."""
    sign = engine.sign(start)
    return cast(
        sign * engine.exp(linspace(engine.log(start * sign), engine.log(stop * sign), num, endpoint, axis=axis)), dtype
    )
