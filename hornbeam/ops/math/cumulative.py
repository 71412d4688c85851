"""Sums and products of all elements up to each, and the differences of neighbours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hornbeam import engine
from hornbeam.core import dtypes
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, floating, normalize_axis, op


@op
def cumsum(x: Array, axis: int | None = None, dtype: Any = None) -> Array:
    """Sums of all elements up to each one along `axis`, or of `x` as a vector."""
    return _running(engine.cumsum, x, axis, dtype)


@op
def cumprod(x: Array, axis: int | None = None, dtype: Any = None) -> Array:
    """Products of all elements up to each one along `axis`, or of `x` as a vector."""
    return _running(_cumprod, x, axis, dtype)


def _running(fn: Callable[[Array, int], Array], x: Array, axis: int | None, dtype: Any) -> Array:
    x, axis = (arrays.ravel(x), 0) if axis is None else (x, axis)
    x = x if dtype is None else engine.cast(x, dtypes.standardize(dtype))
    x = engine.cast(x, "int32") if engine.dtype_name(x) == "bool" else x
    return engine.cast(fn(x, normalize_axis(axis, len(x.shape))), engine.dtype_name(x))


def _cumprod(x: Array, axis: int) -> Array:
    """Hillis and Steele's scan: after the step of width w, each element is the product of the last 2 w."""
    n = x.shape[axis]
    width = 1
    while width < n:
        earlier = arrays.split(x, [n - width], axis)[0]
        x = x * engine.pad(earlier, [(width, 0) if a == axis else (0, 0) for a in range(len(x.shape))], "constant", 1)
        width *= 2
    return x


@op
def diff(a: Array, n: int = 1, axis: int = -1) -> Array:
    """The differences of neighbours along `axis`, taken `n` times."""
    axis = normalize_axis(axis, len(a.shape))
    for _ in range(n):
        size = a.shape[axis]
        later, earlier = arrays.split(a, [1], axis)[1], arrays.split(a, [size - 1], axis)[0]
        a = later != earlier if engine.dtype_name(a) == "bool" else later - earlier
    return a


@op
def trapezoid(y: Array, x: Array | None = None, dx: float = 1.0, axis: int = -1) -> Array:
    """The integral of `y` over `x` by the trapezoidal rule."""
    y = arrays.moveaxis(floating(y), axis, -1)
    if x is None:
        widths: Any = dx
    else:
        widths = diff(arrays.moveaxis(x, axis, -1) if len(x.shape) > 1 else x)
    return engine.sum(widths * (y[..., 1:] + y[..., :-1]), -1) / 2
