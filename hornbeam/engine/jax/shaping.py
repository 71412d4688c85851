"""Shapes and indices."""

import builtins

import jax.numpy as jnp
from jax import lax

from hornbeam.engine.jax.arrays import as_axis, as_dtype

# shape


def reshape(x, shape):
    return jnp.reshape(x, tuple(shape))


def transpose(x, axes):
    return jnp.transpose(x, tuple(axes))


def broadcast_to(x, shape):
    return jnp.broadcast_to(x, tuple(shape))


def concatenate(xs, axis):
    return jnp.concatenate(xs, axis)


def pad(x, pads, mode="constant", value=0):
    options = {"constant_values": value} if mode == "constant" else {}
    return jnp.pad(x, [tuple(p) for p in pads], mode, **options)


def flip(x, axis=None):
    return jnp.flip(x, as_axis(axis))


def bitcast(x, dtype):
    return x.view(as_dtype(dtype))


# indexing


def _within(indices, size):
    """`indices` with negative ones counted from the end and all of them moved into [0, size)."""
    indices = jnp.asarray(indices)
    size = builtins.min(size, jnp.iinfo(indices.dtype).max)  # a stand-in for an unknown size may be larger
    if not jnp.issubdtype(indices.dtype, jnp.unsignedinteger):
        indices = jnp.where(indices < 0, indices + size, indices)
    return jnp.clip(indices, 0, builtins.max(size - 1, 0))


def take(x, indices, axis, fill=False):
    if fill and x.shape[axis]:
        return jnp.take(x, indices, axis, mode="fill")
    indices = _within(indices, x.shape[axis])
    if x.shape[axis] == 0:  # `jnp.take` gives another shape then
        before, after = x.shape[:axis], x.shape[axis:][1:]
        return jnp.zeros((*before, *indices.shape, *after), x.dtype)
    return jnp.take(x, indices, axis, mode="clip")


def take_along_axis(x, indices, axis, fill=False):
    if fill and x.shape[axis]:
        return jnp.take_along_axis(x, jnp.asarray(indices), axis, mode="fill")
    return jnp.take_along_axis(x, _within(indices, x.shape[axis]), axis, mode="clip")


def dynamic_slice(x, starts, sizes):
    return lax.dynamic_slice(x, starts, tuple(sizes))


def dynamic_update_slice(x, update, starts):
    return lax.dynamic_update_slice(x, update, starts)


def _rows(x, indices):
    return x.at[tuple(_or_beyond(indices[:, i], x.shape[i]) for i in range(indices.shape[1]))]


def _or_beyond(indices, size):
    """`indices` with negative ones counted from the end, and `size` for those that are not in the array."""
    if jnp.issubdtype(indices.dtype, jnp.unsignedinteger):
        return indices
    indices = indices.astype(jnp.promote_types(indices.dtype, jnp.int32))
    indices = jnp.where(indices < 0, indices + size, indices)
    return jnp.where(indices < 0, size, indices)


def scatter_update(x, indices, updates):
    return _rows(x, indices).set(updates, mode="drop")


def scatter_add(x, indices, updates):
    return _rows(x, indices).add(updates, mode="drop")


def searchsorted(sorted_sequence, values, side="left"):
    return jnp.searchsorted(sorted_sequence, values, side=side).astype(jnp.int32)
