"""Convolutions, pooling and softmax.

PyTorch wants channels second, and a permuted view of channels-last data is its fast memory format.
"""

import builtins
import functools
import math

import torch
import torch.nn.functional as F

from hornbeam.engine.torch.arrays import asarray, inexact, promoted
from hornbeam.engine.torch.shaping import pad


def _channels_second(x):
    return torch.movedim(x, -1, 1)


def _channels_last(x):
    return torch.movedim(x, 1, -1)


_FORMATS = {4: torch.channels_last, 5: torch.channels_last_3d}


def _filters(kernel):
    """PyTorch's order of the kernel's axes; without the copy some of its backward passes raise.

    In memory the channels are last as in the images, or it would be copied once more; some backward passes refuse that.
    """
    kept = torch.contiguous_format if kernel.requires_grad else _FORMATS.get(kernel.ndim, torch.contiguous_format)
    return _filters_first(kernel).contiguous(memory_format=kept)


def _filters_first(kernel):
    spatial = kernel.ndim - 2
    return kernel.permute(spatial + 1, spatial, *range(spatial))


def as_weight(x, dtype, lent=False):
    """What may be the kernel of a convolution lies as `_filters` wants it, so that it is not copied at each call."""
    x = asarray(x, dtype)
    if x.ndim not in _FORMATS:
        return x
    laid_out = _filters_first(x).contiguous(memory_format=_FORMATS[x.ndim])
    return laid_out.permute(*range(2, x.ndim), 1, 0)


def _symmetric(pads, limits=None) -> list[int] | None:
    """The pads as PyTorch's kernels take them, one number for each axis, where that is possible."""
    if builtins.any(low != high for low, high in pads):
        return None
    if limits is not None and builtins.any(low > limit for (low, _), limit in zip(pads, limits, strict=True)):
        return None
    return [low for low, _ in pads]


def conv(x, kernel, strides, pads, dilation, groups):
    x, kernel = promoted(x, kernel)
    spatial = x.ndim - 2
    padding = _symmetric(pads)
    if padding is None:
        x, padding = pad(x, [(0, 0), *pads, (0, 0)]), [0] * spatial
    convolve = (F.conv1d, F.conv2d, F.conv3d)[spatial - 1]
    y = convolve(_channels_second(x), _filters(kernel), None, tuple(strides), padding, tuple(dilation), groups)
    return _channels_last(y)


def conv_transpose(x, kernel, strides, pads, dilation, output_size):
    x, kernel = promoted(x, kernel)
    spatial = x.ndim - 2
    convolve = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)[spatial - 1]
    y = _channels_last(convolve(_channels_second(x), _filters(kernel), None, tuple(strides), dilation=tuple(dilation)))
    # y is what the padded input of `conv` reaches: cut the pads off, and add what no window reaches.
    for axis, (size, (low, _)) in enumerate(zip(output_size, pads, strict=True), start=1):
        y = y.narrow(axis, low, builtins.min(size, y.shape[axis] - low))
    missing = [(0, size - n) for size, n in zip(output_size, y.shape[1:-1], strict=True)]
    return pad(y, [(0, 0), *missing, (0, 0)]) if builtins.any(high for _, high in missing) else y


def _pool(kernel, x, size, strides, pads, limits, value):
    exact = x if x.is_floating_point() else x.to(torch.float64)
    padding = _symmetric(pads, limits)
    if padding is None:
        exact, padding = pad(exact, [(0, 0), *pads, (0, 0)], value=value), [0] * len(size)
    return _channels_last(kernel(_channels_second(exact), tuple(size), tuple(strides), padding)).to(x.dtype)


def max_pool(x, size, strides, pads):
    kernel = (F.max_pool1d, F.max_pool2d, F.max_pool3d)[len(size) - 1]
    return _pool(kernel, x, size, strides, pads, limits=[n // 2 for n in size], value=-math.inf)


def sum_pool(x, size, strides, pads):
    if len(size) == 1:  # avg_pool1d has no divisor to override
        return sum_pool(x.unsqueeze(1), (1, *size), (1, *strides), ((0, 0), *pads)).squeeze(1)
    if len(size) == 3 and x.dtype in (torch.float16, torch.bfloat16):  # avg_pool3d has no kernel for it on CPUs
        return sum_pool(x.float(), size, strides, pads).to(x.dtype)
    kernel = functools.partial((F.avg_pool2d, F.avg_pool3d)[len(size) - 2], divisor_override=1)
    return _pool(kernel, x, size, strides, pads, limits=[n // 2 for n in size], value=0)


def softmax(x, axis):
    return torch.softmax(inexact(x), axis)


def log_softmax(x, axis):
    return torch.log_softmax(inexact(x), axis)
