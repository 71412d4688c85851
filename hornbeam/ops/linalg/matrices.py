"""Linear algebra over the last two axes."""

from __future__ import annotations

import builtins
import math
from typing import Any

from hornbeam import engine
from hornbeam.core import dtypes
from hornbeam.core.brief import brief
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, Axis, floating, normalize_axes, op, widely
from hornbeam.ops.linalg.decompositions import square


@op
def norm(x: Array, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Array:
    """The length of vectors, or a norm of matrices, as `numpy.linalg.norm` defines them.

    Args:
        x: an array.
        ord: 2 for vectors and "fro" for matrices by default.
        axis: one axis for vectors, two for matrices, everything by default.
        keepdims: keep the reduced axes with size 1.
    """
    x = floating(x)
    if ord is None:
        return engine.sqrt(engine.sum(engine.abs(x) * engine.abs(x), axis, keepdims))
    axes = normalize_axes(axis, len(x.shape))
    if len(axes) == 1:
        return _vector_norm(x, ord, axes[0], keepdims)
    if len(axes) != 2:
        raise ValueError(f"A norm with `ord` is of one or two axes. Received: ord={ord!r}, axis={axis}.")
    y = _matrix_norm(arrays.moveaxis(x, axes, (-2, -1)), ord)
    return arrays.expand_dims(y, axes) if keepdims else y


def _vector_norm(x: Array, ord: Any, axis: int, keepdims: bool) -> Array:
    size = engine.abs(x)
    if ord == math.inf:
        return engine.max(size, axis, keepdims)
    if ord == -math.inf:
        return engine.min(size, axis, keepdims)
    if ord == 0:
        return engine.sum(engine.cast(x != 0, engine.dtype_name(x)), axis, keepdims)
    if ord == 2:
        return engine.sqrt(engine.sum(size * size, axis, keepdims))
    if isinstance(ord, str):
        raise ValueError(f"`ord` of a vector norm must be a number. Received: ord={ord!r}.")
    return engine.power(engine.sum(engine.power(size, ord), axis, keepdims), 1 / ord)


def _matrix_norm(x: Array, ord: Any) -> Array:
    size = engine.abs(x)
    if ord == "fro":
        return engine.sqrt(engine.sum(size * size, (-2, -1)))
    if ord in (1, -1, math.inf, -math.inf):
        sums = engine.sum(size, -2 if builtins.abs(ord) == 1 else -1)
        return engine.max(sums, -1) if ord > 0 else engine.min(sums, -1)
    if ord in (2, -2, "nuc"):
        values = engine.svd(x, False)[1]
        return engine.sum(values, -1) if ord == "nuc" else values[..., 0 if ord == 2 else -1]
    raise ValueError(f"`ord` of a matrix norm must be 1, -1, 2, -2, inf, -inf, 'fro' or 'nuc'. Received: ord={ord!r}.")


def _like_eye(x: Array) -> Array:
    n = x.shape[-1]
    return engine.broadcast_to(engine.eye(n, n, 0, engine.dtype_name(x)), x.shape)


@op
def inv(x: Array) -> Array:
    """The inverse of square matrices."""
    x = square(x)
    return engine.solve(x, _like_eye(x))


@op
def solve(a: Array, b: Array) -> Array:
    """The `x` for which `a @ x = b`."""
    a, b = square(a, "a"), floating(b)
    return engine.solve(a, b[..., None])[..., 0] if len(b.shape) == len(a.shape) - 1 else engine.solve(a, b)


@op
def solve_triangular(a: Array, b: Array, lower: bool = False) -> Array:
    """The `x` for which `a @ x = b`, where only one triangle of `a` counts."""
    return solve(arrays.tril(a) if lower else arrays.triu(a), b)


@op
def cholesky(x: Array, upper: bool = False) -> Array:
    """The lower triangular `l` for which `l @ l.T = x`, or its transpose; NaN in compiled code where there is none.

    Raises:
        ValueError: where numbers are known, for a matrix that is not positive definite.
    """
    x = square(x)
    factor = engine.cholesky(x)
    if not engine.is_traced(factor) and bool(engine.to_numpy(engine.any(engine.isnan(factor)))):
        raise ValueError(f"`cholesky` needs positive definite matrices. Received: x={brief(x)}.")
    return arrays.swapaxes(factor, -1, -2) if upper else factor


@op
def cholesky_inverse(x: Array, upper: bool = False) -> Array:
    """The inverse of the matrix whose Cholesky factor is `x`."""
    return widely(lambda x: _cholesky_inverse(x, upper), x)


def _cholesky_inverse(x: Array, upper: bool) -> Array:
    factor = inv(arrays.triu(x) if upper else arrays.tril(x))
    transposed = arrays.swapaxes(factor, -1, -2)
    return engine.matmul(factor, transposed) if upper else engine.matmul(transposed, factor)


@op
def qr(x: Array, mode: str = "reduced") -> tuple[Array, Array]:
    """The orthonormal `q` and upper triangular `r` for which `q @ r = x`; mode "reduced" or "complete"."""
    if mode not in ("reduced", "complete"):
        raise ValueError(f"`mode` must be 'reduced' or 'complete'. Received: {mode!r}.")
    return engine.qr(floating(x), mode)


@op
def svd(x: Array, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """`u`, the singular values `s` in descending order, and `vh`, for which `u @ diag(s) @ vh = x`."""
    u, s, vh = engine.svd(floating(x), full_matrices)
    return (u, s, vh) if compute_uv else s


@op
def det(x: Array) -> Array:
    """The determinant."""
    sign, log = slogdet(x)
    return sign * engine.exp(log)


@op
def slogdet(x: Array) -> tuple[Array, Array]:
    """The sign of the determinant and the logarithm of its size."""
    triangle, sign = _eliminated(square(x))
    pivots = arrays.diagonal(triangle, 0, -2, -1)
    sign = sign * engine.prod(engine.sign(pivots), -1)
    return sign, engine.sum(engine.log(engine.abs(pivots)), -1)


@op
def logdet(x: Array) -> Array:
    """The logarithm of the determinant, which is positive."""
    return slogdet(x)[1]


def _eliminated(x: Array) -> tuple[Array, Array]:
    """The matrix after Gaussian elimination with row exchanges, and the sign of these exchanges."""
    n, last = x.shape[-1], len(x.shape) - 1
    rows = engine.arange(0, n, 1, "int32")

    def step(k: Any, state: tuple[Array, Array]) -> tuple[Array, Array]:
        x, sign = state
        here = rows == k
        column = engine.abs(engine.stop_gradient(engine.sum(engine.where(here, x, 0), last)))
        best = engine.argmax(engine.where(rows >= k, column, -1.0), last - 1)[..., None]
        order = engine.where(here, best, engine.where(rows == best, k, rows))
        x = engine.take_along_axis(x, engine.broadcast_to(order[..., None], x.shape), last - 1)
        sign = sign * engine.where(best[..., 0] == k, 1.0, -1.0)
        pivot = engine.sum(engine.where(here[:, None], x, 0), last - 1, True)
        head = engine.sum(engine.where(here, pivot, 0), last, True)
        ratio = engine.sum(engine.where(here, x, 0), last, True) / engine.where(head == 0, 1, head)
        return x - engine.where((rows > k)[:, None], ratio, 0) * pivot, sign

    return engine.fori_loop(0, n, step, (x, engine.full(tuple(x.shape[:-2]), 1, engine.dtype_name(x))))


@op
def pinv(x: Array, rcond: float | None = None) -> Array:
    """The pseudoinverse of Moore and Penrose."""
    x = floating(x)
    u, s, vh = engine.svd(x, False)
    rcond = _tolerance(x) if rcond is None else rcond
    keep = s > rcond * engine.max(s, -1, True)
    inverse = engine.where(keep, 1 / engine.where(keep, s, 1), 0)
    return engine.matmul(arrays.swapaxes(vh, -1, -2) * inverse[..., None, :], arrays.swapaxes(u, -1, -2))


def _tolerance(x: Array) -> float:
    return 10 * builtins.max(x.shape[-2:]) * float(dtypes.finfo(engine.dtype_name(x)).eps)


@op
def lstsq(a: Array, b: Array, rcond: float | None = None) -> Array:
    """The `x` of least length among those that make `|a @ x - b|` least."""
    a = floating(a)
    rcond = builtins.max(a.shape[-2:]) * float(dtypes.finfo(engine.dtype_name(a)).eps) if rcond is None else rcond
    inverse = pinv(a, rcond)
    return engine.matmul(inverse, floating(b))


@op
def matrix_rank(x: Array, tol: float | None = None) -> Array:
    """The number of singular values above `tol`."""
    x = floating(x)
    s = engine.svd(x, False)[1]
    if tol is None:
        tol = engine.max(s, -1, True) * (builtins.max(x.shape[-2:]) * float(dtypes.finfo(engine.dtype_name(x)).eps))
    return engine.sum(s > tol, -1)
