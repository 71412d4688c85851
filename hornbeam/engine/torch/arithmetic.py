"""Elementwise functions and reductions."""

import torch

from hornbeam.engine.torch.arrays import STORAGE_ONLY, as_axes, asarray, computable, promoted
from hornbeam.engine.torch.modes import modes

_SMALL = (torch.bool, torch.int8, torch.int16, torch.uint8, torch.uint16)  # their sums have 32 bits


def stop_gradient(x):
    return x.detach()


# elementwise


def abs(x):
    return torch.abs(x)


def _level(x):
    """`x` for a function whose steps are level: a step of training then sees that no gradient comes back."""
    return x.detach() if modes.differentiating else x


def sign(x):
    return torch.sign(_level(x))


def floor(x):
    return torch.floor(_level(x))


def ceil(x):
    return torch.ceil(_level(x))


def round(x):
    return torch.round(_level(x))


def exp(x):
    return torch.exp(x)


def expm1(x):
    return torch.expm1(x)


def log(x):
    return torch.log(x)


def log1p(x):
    return torch.log1p(x)


def sqrt(x):
    return torch.sqrt(x)


def rsqrt(x):
    return torch.rsqrt(x)


def sin(x):
    return torch.sin(x)


def cos(x):
    return torch.cos(x)


def tanh(x):
    return torch.tanh(x)


def sigmoid(x):
    return torch.sigmoid(x)


def erf(x):
    return torch.erf(x)


def erfinv(x):
    return torch.erfinv(x)


def logical_not(x):
    return torch.logical_not(x)


def isnan(x):
    return torch.isnan(x)


def isfinite(x):
    return torch.isfinite(x)


def maximum(x1, x2):
    return torch.maximum(*promoted(x1, x2))


def minimum(x1, x2):
    return torch.minimum(*promoted(x1, x2))


def power(x1, x2):
    if isinstance(x2, (int, float)) and isinstance(x1, torch.Tensor):
        return torch.pow(x1, x2)  # its gradient needs no logarithm
    return torch.pow(*promoted(x1, x2))


def floor_divide(x1, x2):
    return torch.floor_divide(*promoted(x1, x2))


def remainder(x1, x2):
    return torch.remainder(*promoted(x1, x2))


def arctan2(x1, x2):
    return torch.arctan2(*promoted(x1, x2))


def logical_and(x1, x2):
    return torch.logical_and(*promoted(x1, x2))


def logical_or(x1, x2):
    return torch.logical_or(*promoted(x1, x2))


def _bitwise(fn, x1, x2):
    x1, x2 = promoted(x1, x2)
    if x1.dtype not in STORAGE_ONLY:
        return fn(x1, x2)
    bits = fn(x1.to(torch.int64), x2.to(torch.int64))
    return (bits & (2 ** (8 * x1.itemsize) - 1) if x1.itemsize < 8 else bits).to(x1.dtype)


def bitwise_xor(x1, x2):
    return _bitwise(torch.bitwise_xor, x1, x2)


def left_shift(x1, x2):
    return _bitwise(torch.bitwise_left_shift, x1, x2)


def right_shift(x1, x2):
    return _bitwise(torch.bitwise_right_shift, x1, x2)


def where(condition, x1, x2):
    x1, x2 = promoted(x1, x2)
    return torch.where(asarray(condition, "bool"), x1, x2)


# reduction


def _counted(x) -> torch.dtype:
    return torch.int32 if x.dtype in _SMALL else x.dtype


def sum(x, axis=None, keepdims=False):
    axes = as_axes(x, axis)
    if not axes:  # PyTorch takes this for all axes
        return x.to(_counted(x))
    return torch.sum(computable(x), axes, keepdims, dtype=_sum_dtype(x)).to(_counted(x))


def _sum_dtype(x):
    return torch.int64 if x.dtype in STORAGE_ONLY else _counted(x)


def prod(x, axis=None, keepdims=False):
    y = computable(x)
    for a in sorted(as_axes(x, axis), reverse=True):
        y = torch.prod(y, a, keepdims, dtype=_sum_dtype(x))
    return y.to(_counted(x))


def _extreme(fn, x, axis, keepdims):
    axes = as_axes(x, axis)
    return fn(computable(x), axes, keepdims).to(x.dtype) if axes else x


def max(x, axis=None, keepdims=False):
    return _extreme(torch.amax, x, axis, keepdims)


def min(x, axis=None, keepdims=False):
    return _extreme(torch.amin, x, axis, keepdims)


def any(x, axis=None, keepdims=False):
    axes = as_axes(x, axis)
    return torch.any(x != 0, axes, keepdims) if axes else x != 0


def all(x, axis=None, keepdims=False):
    axes = as_axes(x, axis)
    return torch.all(x != 0, axes, keepdims) if axes else x != 0


def argmax(x, axis=None, keepdims=False):
    x = x.to(torch.uint8) if x.dtype is torch.bool else computable(x)
    if axis is None:
        return torch.argmax(x.reshape(-1)).to(torch.int32).reshape((1,) * x.ndim if keepdims else ())
    return torch.argmax(x, axis, keepdims).to(torch.int32)


def cumsum(x, axis):
    return torch.cumsum(computable(x), axis, dtype=_sum_dtype(x)).to(_counted(x))


def sort(x, axis):
    return torch.sort(computable(x), dim=axis).values.to(x.dtype)


def argsort(x, axis):
    return torch.argsort(computable(x), dim=axis, stable=True).to(torch.int32)


def top_k(x, k):
    # torch.topk promises no order between equal values.
    values, indices = torch.sort(computable(x), dim=-1, descending=True, stable=True)
    return values[..., :k].to(x.dtype), indices[..., :k].to(torch.int32)
