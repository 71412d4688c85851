"""Faster forms of derived operations."""

import torch
import torch.nn.functional as F

from hornbeam.engine.torch.arrays import as_axes, asarray, inexact, promoted
from hornbeam.engine.torch.packing import pack, unpack


def relu(x):
    return F.relu(x)


def gelu(x, approximate=False):
    return F.gelu(inexact(x), approximate="tanh" if approximate else "none")


def logsumexp(x, axis=None, keepdims=False):
    return torch.logsumexp(inexact(x), as_axes(x, axis), keepdims)


def layer_norm(x, gamma, beta, epsilon):
    gamma, beta = (None if w is None else w.to(x.dtype) for w in (gamma, beta))
    return F.layer_norm(x, x.shape[-1:], gamma, beta, epsilon)


def batch_normalization(x, mean, variance, axis, offset=None, scale=None, epsilon=1e-3):
    if x.dtype != mean.dtype or mean.requires_grad or variance.requires_grad:
        return None
    y = F.batch_norm(torch.movedim(x, axis, 1), mean, variance, scale, offset, training=False, eps=epsilon)
    return torch.movedim(y, 1, axis)


def attention(query, key, value, mask, scale):
    query, key, value = (x.transpose(1, 2) for x in promoted(query, key, value))
    if mask is not None:  # a target that may attend to nothing attends evenly: to all, with a score of 0
        mask = asarray(mask, "bool")
        some = mask.any(-1, keepdim=True)
        query, mask = torch.where(some, query, 0), mask | ~some
    shared = query.shape[1] != key.shape[1]
    y = F.scaled_dot_product_attention(query, key, value, mask, scale=scale, enable_gqa=shared)
    return y.transpose(1, 2)


_SMALL = 2**14  # numbers: from here on an operation costs more than its dispatch


def map_elementwise(fn, rows):
    """Small tensors are laid end to end, so that there are few operations; the results are views of what came out."""
    small = [i for i, row in enumerate(rows) if row[0].numel() <= _SMALL]
    if len(small) < 2:
        return [fn(*row) for row in rows]
    new = [None if row[0].numel() <= _SMALL else fn(*row) for row in rows]
    shapes = tuple(tuple(rows[i][0].shape) for i in small)
    columns = zip(*(rows[i] for i in small), strict=True)
    parts = [unpack(x, shapes) for x in fn(*(pack(list(column)) for column in columns))]
    for i, row in zip(small, zip(*parts, strict=True), strict=True):
        new[i] = row
    return new
