"""Contractions, decompositions and Fourier transforms."""

import math
import re

import jax
import jax.numpy as jnp
from jax import lax
from jax.custom_derivatives import SymbolicZero

from hornbeam.engine.jax.arrays import HALF, promoted
from hornbeam.engine.jax.placement import on_cpu


def matmul(x1, x2):
    if x2.ndim == 2 and x1.ndim >= 2 and x1.shape[-1] == x2.shape[0]:
        return _product(x1, x2) if x1.ndim == 2 else _as_matrices(x1, x2, 1)
    return jnp.matmul(x1, x2)


# What the transposed gradient of a weight costs besides, in numbers of an operand that are gathered column by column.
_SPARED_AT_LEAST = 4096
# From where on it pays to lay x1' out in memory: XLA then takes a faster product (its fusions of YNNPACK), which
# `options.py` does without where weights are small.
_ROWS_LAID_OUT, _WEIGHTS_LAID_OUT = 512, 2**14


def _product(x1, x2):
    """The product of two matrices.

    The gradient by x2, x1' dy, contracts the rows of both. On a CPU, Eigen gathers the columns of the first one number
    by number: where that is the larger one, (dy' x1)' takes 0.14 to 0.84 of the time; else, where both are large, the
    copy that lays x1' out is worth it, 0.7 to 1 (jax 0.10.2; `benchmarks/questions/gradient_of_weights.py`).
    """
    (rows, inputs), outputs = x1.shape, x2.shape[1]
    spared = rows * (inputs - outputs) - inputs * outputs
    if not (x1.dtype == x2.dtype == jnp.float32 and on_cpu()):
        return jnp.matmul(x1, x2)
    if spared > _SPARED_AT_LEAST:
        return lax.dot_general(x1, _apart(x2.T), (((1,), (1,)), ((), ())))
    if rows >= _ROWS_LAID_OUT and inputs * outputs > _WEIGHTS_LAID_OUT:
        return _laid_out(x1, x2)
    return jnp.matmul(x1, x2)


@jax.custom_jvp
def _apart(x):
    """`x`, whose gradient XLA does not merge with what comes after: it would transpose the product back."""
    return x


_apart.defjvp(lambda x, dx: (x[0], lax.optimization_barrier(dx[0])))


@jax.custom_jvp
def _laid_out(x1, x2):
    """x1 x2, whose gradient by x2 is a product with x1' as it then lies in memory."""
    return jnp.matmul(x1, x2)


def _laid_out_tangent(primals, tangents):
    (x1, x2), (dx1, dx2) = primals, tangents
    across = (((0,), (0,)), ((), ()))
    by_x1 = None if _is_zero(dx1) else jnp.matmul(dx1, x2)
    by_x2 = None if _is_zero(dx2) else lax.dot_general(lax.optimization_barrier(x1.T), dx2, across)
    return jnp.matmul(x1, x2), by_x2 if by_x1 is None else by_x1 if by_x2 is None else by_x1 + by_x2


_laid_out.defjvp(_laid_out_tangent, symbolic_zeros=True)


def _is_zero(tangent):
    return isinstance(tangent, SymbolicZero)


def einsum(subscripts, *xs):
    match = _PRODUCT.fullmatch(subscripts.replace(" ", ""))
    if match is None:
        return jnp.einsum(subscripts, *xs)
    dots, free, used, made = match.groups("")
    letters, (x1, x2), count = free + used + made, xs, len(used)
    has_axes = x2.ndim == len(used + made) and (bool(dots) or x1.ndim == len(free + used))
    if has_axes and len(set(letters)) == len(letters) and _fits(x1, x2, count):
        return _as_matrices(x1, x2, count)
    return _einsum(subscripts, *xs)


def _einsum(subscripts, x1, x2):
    """With the operands exchanged: `jnp.einsum` takes them from the end, and a product of x2 and x1 is transposed."""
    (of_x1, of_x2), made = (part.split(",") for part in subscripts.split("->"))
    return jnp.einsum(f"{of_x2},{of_x1}->{made[0]}", x2, x1)


# "ab,bc->ac", where each letter may stand for several; or "...b,bc->...c"
_PRODUCT = re.compile(r"((?:\.{3})?)(\w*)(\w+),\3(\w*)->\1\2\4")


def _fits(x1, x2, count):
    """Whether the last `count` axes of `x1`, which has more than one other, are the first ones of `x2`."""
    return x1.ndim > count + 1 and x1.shape[x1.ndim - count :] == x2.shape[:count]


def _as_matrices(x1, x2, count):
    """The last `count` axes of `x1` contracted with the first of `x2`, as one product of two matrices.

    The gradient by x2 contracts all other axes of x1: when they are several, XLA's product on a CPU is slow and works
    on a copy in another layout (jax 0.10.2; `benchmarks/questions/product_of_many_axes.py`).
    """
    free, made, size = x1.shape[: x1.ndim - count], x2.shape[count:], math.prod(x2.shape[:count])
    y = _product(jnp.reshape(x1, (math.prod(free), size)), jnp.reshape(x2, (size, math.prod(made))))
    return jnp.reshape(y, (*free, *made))


def cholesky(x):
    return jnp.linalg.cholesky(x)


def qr(x, mode="reduced"):
    return tuple(jnp.linalg.qr(x, mode))


def solve(a, b):
    return jnp.linalg.solve(a, b)


def svd(x, full_matrices=True):
    return tuple(jnp.linalg.svd(x, full_matrices=full_matrices))


def eigh(x):
    return tuple(jnp.linalg.eigh(x))


def eig(x):
    return tuple(jnp.linalg.eig(x))


def lu_factor(x):
    return jax.scipy.linalg.lu_factor(x)


def complex(real, imag):
    real, imag = jnp.broadcast_arrays(*promoted(real, imag))
    return lax.complex(real, imag)


def real(x):
    return jnp.real(x)


def imag(x):
    return jnp.imag(x)


def rfft(x, n):
    y = jnp.fft.rfft(x.astype(jnp.float32) if x.dtype.name in HALF else x, n)
    return y.real, y.imag


def irfft(real, imag, n):
    return jnp.fft.irfft(lax.complex(*promoted(real, imag)), n)
