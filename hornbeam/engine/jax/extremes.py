"""Largest and smallest values, with derivatives that hold however XLA rounds.

XLA computes an array anew in each loop that reads it, and may contract `a * b + c` in one of them and not in another.
Then no element may equal the largest one, which was found in another loop, and JAX's own derivatives, which count equal
elements, are 0 / 0. Here elements are compared with what is computed beside them.
"""

import functools

import jax
import jax.numpy as jnp
from jax import lax
from jax.custom_batching import custom_vmap

from hornbeam.engine.jax.arrays import as_axis, promoted
from hornbeam.engine.jax.placement import on_cpu


def maximum(x1, x2):
    return jnp.maximum(x1, x2) if _has_no_derivative(x1, x2) else _maximum(*promoted(x1, x2))


def minimum(x1, x2):
    return jnp.minimum(x1, x2) if _has_no_derivative(x1, x2) else _minimum(*promoted(x1, x2))


def max(x, axis=None, keepdims=False):
    axis = as_axis(axis)
    if _has_no_derivative(x) or not x.size or not on_cpu():
        return jnp.max(x, axis, keepdims=keepdims)
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return _max(x, tuple(a % x.ndim for a in axes), keepdims)


def min(x, axis=None, keepdims=False):
    if _has_no_derivative(x) or not x.size or not on_cpu():
        return jnp.min(x, as_axis(axis), keepdims=keepdims)
    return -max(-x, axis, keepdims)


# XLA on a CPU finds the largest value and its place together number by number once there are 32 of them (jax 0.10.2):
# one vectorized reduction for each is 3 to 9 times as fast then, and slower before
# (`benchmarks/questions/argmax_in_two.py`).
_MANY = 32


def argmax(x, axis=None, keepdims=False):
    if axis in (-1, x.ndim - 1) and x.shape[-1] >= _MANY and x.size and on_cpu():
        return _unless_nan(_place_of_largest, functools.partial(_argmax, -1, True), x)[... if keepdims else (..., 0)]
    return _argmax(axis, keepdims, x)


def _argmax(axis, keepdims, x):
    return jnp.argmax(x, axis, keepdims=keepdims).astype(jnp.int32)


def _place_of_largest(x):
    places = lax.broadcasted_iota(jnp.int32, x.shape, x.ndim - 1)
    is_largest = x == jnp.max(x, -1, keepdims=True)
    return jnp.min(jnp.where(is_largest, places, x.shape[-1]), -1, keepdims=True)


def _unless_nan(fn, other, x):
    """`fn(x)`, or `other(x)` where there are NaNs; what a branch is given is computed once."""
    return lax.cond(jnp.isnan(jnp.max(x)), other, fn, x)


def _has_no_derivative(*arrays):
    is_traced = any(isinstance(x, jax.core.Tracer) for x in arrays)
    return not is_traced or not jnp.issubdtype(jnp.result_type(*arrays), jnp.floating)


@jax.custom_jvp
def _maximum(x1, x2):
    return jnp.maximum(x1, x2)


@jax.custom_jvp
def _minimum(x1, x2):
    return jnp.minimum(x1, x2)


def _tangent_of_one(y, is_first, is_second, tangents):
    """That of the one that counts; where both are equal, half of each."""
    first, second = (jnp.broadcast_to(tangent, y.shape) for tangent in tangents)
    return jnp.where(is_first, first, jnp.where(is_second, second, (first + second) / 2))


@_maximum.defjvp
def _(primals, tangents):
    x1, x2 = primals
    y = jnp.maximum(x1, x2)
    return y, _tangent_of_one(y, x1 > x2, x1 < x2, tangents)


@_minimum.defjvp
def _(primals, tangents):
    x1, x2 = primals
    y = jnp.minimum(x1, x2)
    return y, _tangent_of_one(y, x1 < x2, x1 > x2, tangents)


@functools.partial(jax.custom_jvp, nondiff_argnums=(1, 2))
def _max(x, axes, keepdims):
    return jnp.max(x, axes, keepdims=keepdims)


@_max.defjvp
def _(axes, keepdims, primals, tangents):
    (x,), (dx,) = primals, tangents
    return _max(x, axes, keepdims), jnp.sum(_shares(axes)(lax.stop_gradient(x)) * dx, axes, keepdims=keepdims)


@functools.cache
def _shares(axes):
    """Of an array what each element has in the largest: 1, or less where several are as large."""

    def shares(x):
        is_largest = x == jnp.max(x, axes, keepdims=True)
        return is_largest.astype(x.dtype) / jnp.sum(is_largest, axes, keepdims=True).astype(x.dtype)

    @custom_vmap
    def of_one(x):
        return _unless_nan(shares, lambda x: jnp.full_like(x, jnp.nan), x)

    @of_one.def_vmap
    def _(size, is_batched, x):
        return _shares(tuple(a + 1 for a in axes))(x), True

    return of_one
