"""Convolutions and pooling over one to three spatial axes.

`padding` is "valid" (none) or "same" (as TensorFlow has it: ceil(n / stride) outputs, the odd element at the end).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from hornbeam import engine
from hornbeam.core.settings import standardize_data_format
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, floating, op

# fmt: off
__all__ = [
    "conv", "depthwise_conv", "separable_conv", "conv_transpose",
    "max_pool", "average_pool", "adaptive_max_pool", "adaptive_average_pool",
]
# fmt: on

Sizes = int | Sequence[int]


def _each(value: Sizes, spatial: int, name: str) -> tuple[int, ...]:
    """One number per spatial axis."""
    values = (value,) * spatial if isinstance(value, int) else tuple(int(v) for v in value)
    if len(values) != spatial or min(values, default=1) < 1:
        raise ValueError(f"`{name}` must be a positive integer or {spatial} of them. Received: {name}={value}.")
    return values


def _channels_last(fn: Callable[[Array], Array], x: Array, data_format: str | None) -> Array:
    """`fn`, which wants channels last, of an array in `data_format`."""
    if standardize_data_format(data_format) == "channels_last":
        return fn(x)
    return arrays.moveaxis(fn(arrays.moveaxis(x, 1, -1)), -1, 1)


def pads_for(
    padding: str, sizes: Sequence[int], window: Sequence[int], strides: Sequence[int], dilation: Sequence[int]
) -> list[tuple[int, int]]:
    """The (before, after) pairs that `padding` means for spatial `sizes`."""
    if padding not in ("valid", "same"):
        raise ValueError(f"`padding` must be 'valid' or 'same'. Received: padding={padding!r}.")
    if padding == "valid":
        return [(0, 0)] * len(sizes)
    pads = []
    for n, w, s, d in zip(sizes, window, strides, dilation, strict=True):
        total = max((-(-n // s) - 1) * s + (w - 1) * d + 1 - n, 0)
        pads.append((total // 2, total - total // 2))
    return pads


@op
def conv(
    inputs: Array,
    kernel: Array,
    strides: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> Array:
    """`y[b, i, o] = sum over k, c of x[b, i * stride + k * dilation, c] * kernel[k, c, o]`.

    Args:
        inputs: shape (batch, *spatial, channels), or with channels second.
        kernel: shape (*window, channels / groups, filters); fewer channels than the inputs' mean groups.
        strides: the step of the window.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first"; the global setting by default.
        dilation_rate: the distance of neighbouring elements of the window.
    """
    spatial = len(kernel.shape) - 2
    strides, dilation = _each(strides, spatial, "strides"), _each(dilation_rate, spatial, "dilation_rate")

    def apply(x: Array) -> Array:
        groups, rest = divmod(x.shape[-1], kernel.shape[-2])
        if rest or kernel.shape[-1] % groups:
            raise ValueError(
                "The channels of `inputs` must be a multiple of the kernel's. "
                f"Received: inputs {tuple(x.shape)} (channels last), kernel {tuple(kernel.shape)}."
            )
        pads = pads_for(padding, x.shape[1:-1], kernel.shape[:-2], strides, dilation)
        return engine.conv(x, kernel, strides, pads, dilation, groups)

    return _channels_last(apply, floating(inputs), data_format)


@op
def depthwise_conv(
    inputs: Array,
    kernel: Array,
    strides: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> Array:
    """`conv` of every channel by itself, with a kernel of shape (*window, channels, filters per channel)."""
    *window, channels, multiplier = kernel.shape
    return conv(
        inputs,
        engine.reshape(kernel, (*window, 1, channels * multiplier)),
        strides,
        padding,
        data_format,
        dilation_rate,
    )


@op
def separable_conv(
    inputs: Array,
    depthwise_kernel: Array,
    pointwise_kernel: Array,
    strides: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> Array:
    """`depthwise_conv`, and then a `conv` with a window of one element that mixes the channels."""
    x = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(x, pointwise_kernel, 1, "valid", data_format)


@op
def conv_transpose(
    inputs: Array,
    kernel: Array,
    strides: Sizes = 1,
    padding: str = "valid",
    output_padding: Sizes | None = None,
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> Array:
    """The gradient of `conv` by its inputs: spreads every element over a window.

    Args:
        inputs: shape (batch, *spatial, channels), or with channels second.
        kernel: shape (*window, filters, channels).
        strides: the step of the window in the output.
        padding: "valid", or "same" for outputs of `stride` times the size.
        output_padding: elements added to the end of the output; by default what makes the sizes above.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        dilation_rate: the distance of neighbouring elements of the window.
    """
    spatial = len(kernel.shape) - 2
    strides, dilation = _each(strides, spatial, "strides"), _each(dilation_rate, spatial, "dilation_rate")
    extra = (output_padding,) * spatial if output_padding is None or isinstance(output_padding, int) else output_padding

    def apply(x: Array) -> Array:
        places = [
            transposed_size(n, w, s, padding, more, d)
            for n, w, s, more, d in zip(x.shape[1:-1], kernel.shape, strides, extra, dilation)
        ]
        sizes, pads = zip(*places, strict=True)
        return engine.conv_transpose(x, kernel, strides, pads, dilation, sizes)

    return _channels_last(apply, floating(inputs), data_format)


def transposed_size(
    n: int, window: int, stride: int, padding: str, output_padding: int | None = None, dilation: int = 1
) -> tuple[int, tuple[int, int]]:
    """The size of a transposed convolution along one axis, and the pads of the convolution that it undoes."""
    reach = (window - 1) * dilation + 1
    if padding == "valid":
        more = max(stride - reach, 0) if output_padding is None else output_padding
        return (n - 1) * stride + reach + more, (0, 0)
    if padding != "same":
        raise ValueError(f"`padding` must be 'valid' or 'same'. Received: padding={padding!r}.")
    size = n * stride if output_padding is None else (n - 1) * stride + reach % 2 + output_padding
    total = max((n - 1) * stride + reach - size, 0)
    return size, (total // 2, total - total // 2)


@op
def max_pool(
    inputs: Array,
    pool_size: Sizes,
    strides: Sizes | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Array:
    """The largest element of every window; `strides` are the window's sizes by default."""
    return _pool(lambda x, *window: engine.max_pool(x, *window), inputs, pool_size, strides, padding, data_format)


@op
def average_pool(
    inputs: Array,
    pool_size: Sizes,
    strides: Sizes | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Array:
    """The mean of every window, without what padding adds; `strides` are the window's sizes by default."""

    def apply(x: Array, size: Sequence[int], strides: Sequence[int], pads: Sequence[tuple[int, int]]) -> Array:
        total = engine.sum_pool(x, size, strides, pads)
        if not any(sum(pair) for pair in pads):
            return total / math.prod(size)
        counts = np.ones((1,) * len(x.shape), np.float32)
        for a, (n, w, s, (low, _)) in enumerate(zip(x.shape[1:-1], size, strides, pads, strict=True), 1):
            starts = np.arange(total.shape[a]) * s - low
            inside = np.minimum(starts + w, n) - np.maximum(starts, 0)
            counts = counts * inside.reshape([-1 if i == a else 1 for i in range(len(x.shape))])
        return total / engine.asarray(counts, engine.dtype_name(total))

    return _pool(apply, floating(inputs), pool_size, strides, padding, data_format)


def _pool(
    fn: Callable, x: Array, pool_size: Sizes, strides: Sizes | None, padding: str, data_format: str | None
) -> Array:
    spatial = len(x.shape) - 2
    size = _each(pool_size, spatial, "pool_size")
    steps = size if strides is None else _each(strides, spatial, "strides")

    def apply(x: Array) -> Array:
        return fn(x, size, steps, pads_for(padding, x.shape[1:-1], size, steps, (1,) * spatial))

    return _channels_last(apply, x, data_format)


@op
def adaptive_max_pool(inputs: Array, output_size: Sizes, data_format: str | None = None) -> Array:
    """The maxima of `output_size` windows that cover the input evenly; neighbours may overlap by one element."""
    return _adaptive(engine.max, inputs, output_size, data_format)


@op
def adaptive_average_pool(inputs: Array, output_size: Sizes, data_format: str | None = None) -> Array:
    """The means of `output_size` windows that cover the input evenly; neighbours may overlap by one element."""
    return _adaptive(
        lambda x, axis, keep: engine.sum(x, axis, keep) / x.shape[axis], floating(inputs), output_size, data_format
    )


def _adaptive(reduce: Callable, x: Array, output_size: Sizes, data_format: str | None) -> Array:
    outputs = _each(output_size, len(x.shape) - 2, "output_size")

    def apply(x: Array) -> Array:
        for axis, m in enumerate(outputs, 1):
            n = x.shape[axis]
            lead = (slice(None),) * axis
            windows = [x[(*lead, slice(i * n // m, -(-(i + 1) * n // m)))] for i in range(m)]
            x = engine.concatenate([reduce(window, axis, True) for window in windows], axis)
        return x

    return _channels_last(apply, x, data_format)
