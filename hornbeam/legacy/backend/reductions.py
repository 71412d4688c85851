"""Functions that take an axis, or all of them, together."""

from __future__ import annotations

from typing import Any

from hornbeam import ops
from hornbeam.core import dtypes
from hornbeam.ops.dispatch import Axis


def _tidy(axis: Any) -> Axis:
    return tuple(axis) if isinstance(axis, list) else axis


def _numbers(x: Any) -> Any:
    """Bools as `floatx()`, for means."""
    return ops.cast(x, dtypes.floatx()) if ops.dtype(x) == "bool" else x


def sum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The sum over an axis, several, or all."""
    return ops.sum(x, _tidy(axis), keepdims)


def prod(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The product."""
    return ops.prod(x, _tidy(axis), keepdims)


def mean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The mean; of bools, the share that is true."""
    return ops.mean(_numbers(x), _tidy(axis), keepdims)


def var(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The mean squared distance from the mean."""
    return ops.var(_numbers(x), _tidy(axis), keepdims)


def std(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The square root of the variance."""
    return ops.std(_numbers(x), _tidy(axis), keepdims)


def max(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The largest value."""
    return ops.max(x, _tidy(axis), keepdims)


def min(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The smallest value."""
    return ops.min(x, _tidy(axis), keepdims)


def any(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether anything is true, or not zero."""
    return ops.any(ops.cast(x, "bool"), _tidy(axis), keepdims)


def all(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether everything is true, or not zero."""
    return ops.all(ops.cast(x, "bool"), _tidy(axis), keepdims)


def argmax(x: Any, axis: int = -1) -> Any:
    """Where the largest value is."""
    return ops.argmax(x, axis)


def argmin(x: Any, axis: int = -1) -> Any:
    """Where the smallest value is."""
    return ops.argmin(x, axis)


def cumsum(x: Any, axis: int = 0) -> Any:
    """Sums of what is up to each place."""
    return ops.cumsum(x, axis)


def cumprod(x: Any, axis: int = 0) -> Any:
    """Products of what is up to each place."""
    return ops.cumprod(x, axis)


def logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The logarithm of the sum of exponentials."""
    return ops.logsumexp(x, _tidy(axis), keepdims)


def l2_normalize(x: Any, axis: Any = None) -> Any:
    """`x` divided by its Euclidean length along an axis, or by that of all; lengths below 1e-6 count as that."""
    squares = ops.sum(ops.square(x), _tidy(axis), True)
    return ops.multiply(x, ops.rsqrt(ops.maximum(squares, 1e-12)))
