"""Convolutions and pooling. Kernels are (*window, channels, filters), whatever the `data_format` of `x` is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hornbeam import engine, ops
from hornbeam.core.settings import standardize_data_format
from hornbeam.legacy.backend.sizes import takes_sizes
from hornbeam.ops.dispatch import Array, floating, op
from hornbeam.ops.nn.windows import channels_last, each_axis, pads_for


def conv1d(
    x: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: Any = None,
    dilation_rate: Any = 1,
) -> Any:
    """Convolution over time; `padding="causal"` lets no step see a later one."""
    strides, dilation = _one(strides), _one(dilation_rate)
    if padding == "causal":
        time = 2 if standardize_data_format(data_format) == "channels_first" else 1
        before = dilation * (kernel.shape[0] - 1)
        x, padding = ops.pad(x, [(before, 0) if axis == time else (0, 0) for axis in range(3)]), "valid"
    return ops.conv(x, kernel, strides, padding, data_format, dilation)


def _one(value: Any) -> Any:
    return value[0] if isinstance(value, list | tuple) else value


def _conv(rank: int, axes: str) -> Callable[..., Any]:
    ones = (1,) * rank

    def conv(
        x: Any, kernel: Any, strides: Any = ones, padding: str = "valid", data_format: Any = None,
        dilation_rate: Any = ones,
    ) -> Any:  # fmt: skip
        return ops.conv(x, kernel, strides, padding, data_format, dilation_rate)

    return _called(conv, f"conv{rank}d", f"Convolution over {axes}.")


def _pool(rank: int) -> Callable[..., Any]:
    ones = (1,) * rank

    def pool(
        x: Any, pool_size: Any, strides: Any = ones, padding: str = "valid", data_format: Any = None,
        pool_mode: str = "max",
    ) -> Any:  # fmt: skip
        if pool_mode not in ("max", "avg"):
            raise ValueError(f"`pool_mode` must be 'max' or 'avg'. Received: {pool_mode!r}.")
        compute = ops.max_pool if pool_mode == "max" else ops.average_pool
        return compute(x, pool_size, strides, padding, data_format)

    what = 'The largest element of each window, or the mean: `pool_mode` is "max" or "avg".'
    return _called(pool, f"pool{rank}d", what)


def _called(function: Callable[..., Any], name: str, what: str) -> Callable[..., Any]:
    function.__name__ = function.__qualname__ = name
    function.__doc__ = what
    return function


conv2d, conv3d = _conv(2, "height and width"), _conv(3, "depth, height and width")
pool2d, pool3d = _pool(2), _pool(3)


@op
def _transpose(
    x: Array, kernel: Array, output_shape: Sequence[Any], strides: Any, padding: str, data_format: Any, dilation: Any
) -> Array:
    """The gradient of a convolution that takes arrays of `output_shape`, its batch aside."""
    first = standardize_data_format(data_format) == "channels_first"
    sizes = [int(n) for n in (output_shape[2:] if first else output_shape[1:-1])]
    strides, dilation = (each_axis(v, len(sizes), "strides and dilation_rate") for v in (strides, dilation))
    pads = pads_for(padding, sizes, kernel.shape[:-2], strides, dilation)
    apply = lambda x: engine.conv_transpose(x, kernel, strides, pads, dilation, sizes)  # noqa: E731
    return channels_last(apply, floating(x), data_format)


@takes_sizes
def conv2d_transpose(
    x: Any,
    kernel: Any,
    output_shape: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: Any = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """The other way than `conv2d`: up to arrays of `output_shape`, with a kernel (height, width, filters, channels)."""
    return _transpose(x, kernel, output_shape, strides, padding, data_format, dilation_rate)


@takes_sizes
def conv3d_transpose(
    x: Any,
    kernel: Any,
    output_shape: Any,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: Any = None,
) -> Any:
    """The other way than `conv3d`."""
    return _transpose(x, kernel, output_shape, strides, padding, data_format, 1)


def depthwise_conv2d(
    x: Any,
    depthwise_kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: Any = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """Each channel by itself, with a kernel (height, width, channels, filters for each)."""
    return ops.depthwise_conv(x, depthwise_kernel, strides, padding, data_format, dilation_rate)


def separable_conv1d(
    x: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: Any = None,
    dilation_rate: Any = 1,
) -> Any:
    """Each channel by itself, then all channels of each step together."""
    strides, dilation = _one(strides), _one(dilation_rate)
    return ops.separable_conv(x, depthwise_kernel, pointwise_kernel, strides, padding, data_format, dilation)


def separable_conv2d(
    x: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: Any = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """Each channel by itself, then all channels of each pixel together."""
    return ops.separable_conv(x, depthwise_kernel, pointwise_kernel, strides, padding, data_format, dilation_rate)
