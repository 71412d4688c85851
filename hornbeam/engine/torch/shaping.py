"""Shapes and indices."""

import builtins
import math

import numpy as np
import torch
import torch.nn.functional as F

from hornbeam.engine.torch.arrays import as_axes, as_dtype, asarray, computable, concrete, promoted
from hornbeam.engine.torch.modes import is_recorded, recordable

# shape


def reshape(x, shape):
    return torch.reshape(x, tuple(shape))


def transpose(x, axes):
    return torch.permute(x, tuple(axes))


def broadcast_to(x, shape):
    return torch.broadcast_to(x, tuple(shape))


def concatenate(xs, axis):
    return torch.cat(promoted(*xs), axis)


def pad(x, pads, mode="constant", value=0):
    if mode == "constant":
        return F.pad(x, [n for pair in reversed(list(pads)) for n in pair], value=value)
    for axis, pair in enumerate(pads):
        if tuple(pair) != (0, 0):
            indices = np.pad(np.arange(x.shape[axis]), tuple(pair), mode)
            x = torch.index_select(x, axis, torch.from_numpy(indices).to(concrete(x.device)))
    return x


def flip(x, axis=None):
    return torch.flip(x, as_axes(x, axis))


def bitcast(x, dtype):
    dtype = as_dtype(dtype)
    return x.contiguous().reshape(1).view(dtype).reshape(()) if x.ndim == 0 else x.contiguous().view(dtype)


# indexing


def _within(indices, size):
    """`indices` with negative ones counted from the end and all of them moved into [0, size)."""
    indices = asarray(indices).to(torch.int64)
    return torch.where(indices < 0, indices + size, indices).clamp(0, builtins.max(size - 1, 0))


def _filled(taken, x, indices, size, axes_behind=0):
    """`taken` from `x`, with what stands for nothing where `indices` are not within `size`."""
    indices = asarray(indices).to(torch.int64)
    outside = torch.logical_or(indices < -size, indices >= size)
    nothing = torch.full((), _nothing(x), dtype=x.dtype, device=taken.device)
    return torch.where(outside.reshape(outside.shape + (1,) * axes_behind).to(taken.device), nothing, taken)


def _nothing(x):
    """What stands for an element that is not there."""
    if x.dtype is torch.bool or x.is_floating_point() or x.is_complex():
        return math.nan
    return torch.iinfo(x.dtype).min or torch.iinfo(x.dtype).max


def take(x, indices, axis, fill=False):
    axis %= x.ndim
    within = _within(indices, x.shape[axis])
    taken = torch.index_select(x, axis, within.reshape(-1))
    taken = taken.reshape(x.shape[:axis] + within.shape + x.shape[axis + 1 :])
    return _filled(taken, x, indices, x.shape[axis], x.ndim - axis - 1) if fill and x.shape[axis] else taken


def take_along_axis(x, indices, axis, fill=False):
    indices = indices.to("meta") if x.is_meta else indices
    taken = torch.take_along_dim(x, _within(indices, x.shape[axis]), axis)
    return _filled(taken, x, indices, x.shape[axis]) if fill and x.shape[axis] else taken


def _known(starts) -> list[int] | None:
    """The starts as numbers, or None where they have none to rely on: traced, recorded or under `vmap`."""
    if builtins.any(map(is_recorded, starts)):
        return None
    try:
        return [int(start) for start in starts]
    except RuntimeError:
        return None


def _blocks(x, starts, sizes) -> list:
    """For each axis the indices of a slice, moved so that it fits; a list of slices where the starts are known."""
    known = _known(starts)
    if known is not None:
        begins = [builtins.min(builtins.max(b + n if b < 0 else b, 0), n - s) for b, n, s in zip(known, x.shape, sizes)]
        return [slice(b, b + s) for b, s in zip(begins, sizes)]
    blocks = []
    for axis, (start, n, s) in enumerate(zip(starts, x.shape, sizes, strict=True)):
        begin = asarray(start).to(torch.int64)
        begin = torch.where(begin < 0, begin + n, begin).clamp(0, n - s)
        along = begin + torch.arange(s, device=concrete(x.device))
        blocks.append(along.reshape((-1,) + (1,) * (x.ndim - 1 - axis)))
    return blocks


def dynamic_slice(x, starts, sizes):
    on_host = builtins.all(not isinstance(start, torch.Tensor) or start.device.type == "cpu" for start in starts)
    return (_slice if on_host and not x.requires_grad else _slice.__wrapped__)(x, list(starts), sizes)


@recordable
def _slice(x, starts, sizes):
    return x[tuple(_blocks(x, starts, sizes))]


def dynamic_update_slice(x, update, starts):
    blocks = _blocks(x, starts, update.shape)
    if not isinstance(blocks[0], slice):
        return torch.index_put(x, tuple(torch.broadcast_tensors(*blocks)), update.to(x.dtype))
    y = x.clone()
    y[tuple(blocks)] = update.to(x.dtype)
    return y


def _scatter(x, indices, updates, accumulate):
    """The first axes as one, with a row at its end for what lies outside."""
    k = indices.shape[1]
    count, rest = math.prod(x.shape[:k]), x.shape[k:]
    row, is_inside = 0, True
    for i, size in enumerate(x.shape[:k]):
        index = indices[:, i].to(torch.int64)
        index = torch.where(index < 0, index + size, index)
        row, is_inside = row * size + index, is_inside & (index >= 0) & (index < size)
    rows = torch.cat([x.reshape(count, *rest), x.new_zeros((1, *rest))])
    place = torch.where(is_inside, row, count)
    return torch.index_put(rows, (place,), asarray(updates).to(x.dtype), accumulate)[:count].reshape(x.shape)


def scatter_update(x, indices, updates):
    return _scatter(x, indices, updates, accumulate=False)


def scatter_add(x, indices, updates):
    return _scatter(x, indices, updates, accumulate=True)


def searchsorted(sorted_sequence, values, side="left"):
    sequence, values = promoted(sorted_sequence, values)
    sequence, values = computable(sequence).contiguous(), computable(values).contiguous()
    return torch.searchsorted(sequence, values, right=side == "right", out_int32=True)
