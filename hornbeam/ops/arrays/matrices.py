"""Diagonals and triangles of matrices, and grids."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import dtypes, symbolic
from hornbeam.ops.arrays.conversion import convert_to_numpy
from hornbeam.ops.arrays.creation import zeros_like
from hornbeam.ops.arrays.rearranging import pad
from hornbeam.ops.arrays.shapes import moveaxis, ravel
from hornbeam.ops.dispatch import Array, normalize_axes, op


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Array:
    """Ones on the `k`-th diagonal of an (N, M) matrix."""
    return engine.eye(N, N if M is None else M, k, dtypes.standardize(dtype))


def identity(n: int, dtype: Any = None) -> Array:
    """Ones on the diagonal of an (n, n) matrix."""
    return eye(n, dtype=dtype)


def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Array:
    """Ones on and below the `k`-th diagonal."""
    return engine.asarray(np.tri(N, M, k, dtypes.numpy_dtype(dtypes.standardize(dtype))))


@op
def tril(x: Array, k: int = 0) -> Array:
    """`x` with zeros above the `k`-th diagonal of its last two axes."""
    return engine.where(tri(x.shape[-2], x.shape[-1], k, "bool"), x, zeros_like(x))


@op
def triu(x: Array, k: int = 0) -> Array:
    """`x` with zeros below the `k`-th diagonal of its last two axes."""
    return engine.where(tri(x.shape[-2], x.shape[-1], k - 1, "bool"), zeros_like(x), x)


def _unknown_diagonal(x: Any, k: int = 0) -> Any:
    unknown = len(x.shape) == 2 and None in x.shape
    return symbolic.SymbolicTensor((None,), x.dtype) if unknown else None


@op(outputs=_unknown_diagonal)
def diag(x: Array, k: int = 0) -> Array:
    """The `k`-th diagonal of a matrix, or a matrix with the vector `x` on it."""
    if len(x.shape) == 1:
        n = x.shape[0] + abs(k)
        inside = pad(x, [(max(k, 0), max(-k, 0))])
        return engine.where(engine.eye(n, n, k, "bool"), inside, zeros_like(inside))
    rows, columns = x.shape
    first = max(-k, 0)
    count = max(min(rows - first, columns - max(k, 0)), 0)
    places = (first + np.arange(count)) * columns + max(k, 0) + np.arange(count)
    return engine.take(engine.reshape(x, (-1,)), engine.asarray(places), 0)


@op
def diagflat(x: Array, k: int = 0) -> Array:
    """A matrix with the elements of `x` on its `k`-th diagonal."""
    return diag(ravel(x), k)


def _unknown_diagonals(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    axes = normalize_axes((axis1, axis2), len(x.shape))
    if all(x.shape[a] is not None for a in axes):
        return None
    return symbolic.SymbolicTensor((*(n for a, n in enumerate(x.shape) if a not in axes), None), x.dtype)


@op(passes_values=True, outputs=_unknown_diagonals)
def diagonal(x: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The diagonals of the matrices in `axis1` and `axis2`, as the last axis."""
    x = moveaxis(x, (axis1, axis2), (-2, -1))
    *lead, rows, columns = x.shape
    places = convert_to_numpy(np.diagonal(np.arange(rows * columns).reshape(rows, columns), offset))
    return engine.take(engine.reshape(x, [*lead, rows * columns]), engine.asarray(places), len(lead))


@op
def trace(x: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The sum of a diagonal."""
    return engine.sum(diagonal(x, offset, axis1, axis2), -1)


@op
def meshgrid(*x: Array, indexing: str = "xy") -> list[Array]:
    """Coordinate arrays over the grid that the vectors `x` span."""
    if indexing not in ("xy", "ij"):
        raise ValueError(f"`indexing` must be 'xy' or 'ij'. Received: {indexing!r}.")
    n = len(x)
    order = [1, 0, *range(2, n)] if indexing == "xy" and n > 1 else list(range(n))
    sizes = [math.prod(v.shape) for v in x]
    grid = tuple(sizes[i] for i in order)
    return [
        engine.broadcast_to(engine.reshape(v, [-1 if order[j] == i else 1 for j in range(n)]), grid)
        for i, v in enumerate(x)
    ]


@op
def vander(x: Array, N: int | None = None, increasing: bool = False) -> Array:
    """The powers of `x` as columns, highest first."""
    N = x.shape[0] if N is None else N
    powers = np.arange(N) if increasing else np.arange(N)[::-1]
    return engine.cast(engine.power(x[:, None], engine.asarray(powers.astype(np.int32))), engine.dtype_name(x))
