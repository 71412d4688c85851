"""Pooling and softmax."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from hornbeam.engine.jax import pooling
from hornbeam.engine.jax.arrays import inexact
from hornbeam.engine.jax.placement import on_cpu


def _windows(x, initial, reduce, size, strides, pads):
    def whole(spatial, outer):
        return (outer, *spatial, outer)

    around = whole([tuple(p) for p in pads], (0, 0))
    return lax.reduce_window(x, initial, reduce, whole(size, 1), whole(strides, 1), around)


def max_pool(x, size, strides, pads):
    if on_cpu() and pooling.takes(x, size):
        return pooling.max_by_slices(x, size, strides, pads)
    lowest = -np.inf if jnp.issubdtype(x.dtype, jnp.inexact) else jnp.iinfo(x.dtype).min
    return _windows(x, np.asarray(lowest, x.dtype), lax.max, size, strides, pads)


def sum_pool(x, size, strides, pads):
    if on_cpu() and pooling.takes(x, size):
        return pooling.sum_by_slices(x, size, strides, pads)
    return _windows(x, np.asarray(0, x.dtype), lax.add, size, strides, pads)


def softmax(x, axis):
    return jax.nn.softmax(inexact(x), axis)


def log_softmax(x, axis):
    return jax.nn.log_softmax(inexact(x), axis)
