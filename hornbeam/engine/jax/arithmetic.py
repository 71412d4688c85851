"""Elementwise functions and reductions."""

import jax
import jax.numpy as jnp
from jax import lax

from hornbeam.engine.jax.arrays import as_axis, inexact, not_tracing, promoted
from hornbeam.engine.jax.placement import on_cpu

stop_gradient = lax.stop_gradient

# elementwise

sign = jnp.sign
floor = jnp.floor
ceil = jnp.ceil
exp = jnp.exp
expm1 = jnp.expm1
log = jnp.log
log1p = jnp.log1p
sqrt = jnp.sqrt
sin = jnp.sin
cos = jnp.cos
tanh = jnp.tanh
erf = jax.scipy.special.erf
erfinv = jax.scipy.special.erfinv
logical_not = jnp.logical_not
isnan = jnp.isnan
isfinite = jnp.isfinite


def abs(x):
    # JAX's own derivative at zero is 1; the other engines and the mean of both sides say 0.
    return x * jnp.sign(x) if jnp.issubdtype(x.dtype, jnp.floating) else jnp.abs(x)


def round(x):
    return jnp.round(x)


def rsqrt(x):
    return lax.rsqrt(inexact(x))


def sigmoid(x):
    return jax.nn.sigmoid(inexact(x))


power = jnp.power
floor_divide = jnp.floor_divide
remainder = jnp.remainder
arctan2 = jnp.arctan2
right_shift = jnp.right_shift


def logical_and(x1, x2):
    return jnp.logical_and(x1, x2)


def logical_or(x1, x2):
    return jnp.logical_or(x1, x2)


def bitwise_xor(x1, x2):
    return jnp.bitwise_xor(x1, x2)


def left_shift(x1, x2):
    return jnp.left_shift(x1, x2)


def where(condition, x1, x2):
    if not_tracing() or (_is_weak(x1) and _is_weak(x2)):
        return jnp.where(condition, x1, x2)
    # jnp.where is a program in the program, which JAX traces, differentiates and lowers apart: several times the work.
    arrays = jnp.asarray(condition, bool), *promoted(x1, x2)
    shape = jnp.broadcast_shapes(*(x.shape for x in arrays))
    return lax.select(*(x if x.shape == shape else lax.broadcast_in_dim(x, shape, _last(x, shape)) for x in arrays))


def _is_weak(x):
    """Whether a number takes the dtype of what it meets."""
    return getattr(x, "weak_type", isinstance(x, (bool, int, float)))


def _last(x, shape):
    return tuple(range(len(shape) - x.ndim, len(shape)))


# reduction


_WIDE = {"bool": jnp.int32, "int8": jnp.int32, "int16": jnp.int32, "uint8": jnp.uint32, "uint16": jnp.uint32}


def _countable(x):
    """Integers of less than 32 bits with 32, so that their sum fits."""
    wide = _WIDE.get(x.dtype.name)
    return x if wide is None else x.astype(wide)


# XLA on a CPU adds up a row number by number, or together with YNNPACK, which is slower at computing what is
# summed (jax 0.10.2): a product with ones is vectorized (`benchmarks/questions/crossentropy_by_row.py`).
_LONG = 64


def sum(x, axis=None, keepdims=False):
    is_last = axis in (-1, x.ndim - 1) and x.ndim > 1 and not keepdims
    if is_last and x.shape[-1] >= _LONG and x.dtype == jnp.float32 and on_cpu():
        return lax.dot_general(x, jnp.ones(x.shape[-1], x.dtype), (((x.ndim - 1,), (0,)), ((), ())))
    return jnp.sum(_countable(x), as_axis(axis), keepdims=keepdims, promote_integers=False)


def prod(x, axis=None, keepdims=False):
    return jnp.prod(_countable(x), as_axis(axis), keepdims=keepdims, promote_integers=False)


def any(x, axis=None, keepdims=False):
    return jnp.any(x, as_axis(axis), keepdims=keepdims)


def all(x, axis=None, keepdims=False):
    return jnp.all(x, as_axis(axis), keepdims=keepdims)


def cumsum(x, axis):
    return jnp.cumsum(_countable(x), axis)


def sort(x, axis):
    return jnp.sort(x, axis)


def argsort(x, axis):
    return jnp.argsort(x, axis, stable=True).astype(jnp.int32)


def top_k(x, k):
    values, indices = lax.top_k(x, k)
    return values, indices.astype(jnp.int32)
