"""The largest element, or the mean, of windows over one to three spatial axes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from hornbeam import engine
from hornbeam.core.brief import shown_shape
from hornbeam.ops.dispatch import Array, floating, op
from hornbeam.ops.nn.windows import Sizes, channels_last, each_axis, pads_for


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
    if spatial < 1:
        raise ValueError(f"`inputs` must have a batch, spatial axes and channels. Received: {shown_shape(x.shape)}.")
    size = each_axis(pool_size, spatial, "pool_size")
    steps = size if strides is None else each_axis(strides, spatial, "strides")

    def apply(x: Array) -> Array:
        return fn(x, size, steps, pads_for(padding, x.shape[1:-1], size, steps, (1,) * spatial))

    return channels_last(apply, x, data_format)


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
    outputs = each_axis(output_size, len(x.shape) - 2, "output_size")

    def apply(x: Array) -> Array:
        for axis, m in enumerate(outputs, 1):
            n = x.shape[axis]
            lead = (slice(None),) * axis
            windows = [x[(*lead, slice(i * n // m, -(-(i + 1) * n // m)))] for i in range(m)]
            x = engine.concatenate([reduce(window, axis, True) for window in windows], axis)
        return x

    return channels_last(apply, x, data_format)
