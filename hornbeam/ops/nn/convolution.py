"""Convolutions over one to three spatial axes."""

from __future__ import annotations

from hornbeam import engine
from hornbeam.core.brief import shown_shape
from hornbeam.core.settings import standardize_data_format
from hornbeam.ops.dispatch import Array, as_array, floating, fused, op
from hornbeam.ops.nn.windows import Sizes, channels_last, each_axis, is_same, pads_for


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
    strides, dilation = each_axis(strides, spatial, "strides"), each_axis(dilation_rate, spatial, "dilation_rate")

    def apply(x: Array) -> Array:
        groups, rest = divmod(x.shape[-1], kernel.shape[-2])
        if rest or kernel.shape[-1] % groups:
            raise ValueError(
                "The channels of `inputs` must be a multiple of the kernel's. "
                f"Received: inputs {shown_shape(x.shape)} (channels last), kernel {shown_shape(kernel.shape)}."
            )
        pads = pads_for(padding, x.shape[1:-1], kernel.shape[:-2], strides, dilation)
        return engine.conv(x, kernel, strides, pads, dilation, groups)

    return channels_last(apply, floating(inputs), data_format)


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
    _check_channels(inputs, kernel, -2, data_format)
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
    strides, dilation = each_axis(strides, spatial, "strides"), each_axis(dilation_rate, spatial, "dilation_rate")
    _check_channels(inputs, kernel, -1, data_format)
    extra = (output_padding,) * spatial if output_padding is None or isinstance(output_padding, int) else output_padding

    def apply(x: Array) -> Array:
        places = [
            transposed_size(n, w, s, padding, more, d)
            for n, w, s, more, d in zip(x.shape[1:-1], kernel.shape, strides, extra, dilation)
        ]
        sizes, pads = zip(*places, strict=True)
        return engine.conv_transpose(x, kernel, strides, pads, dilation, sizes)

    return channels_last(apply, floating(inputs), data_format)


def _check_channels(inputs: Array, kernel: Array, axis: int, data_format: str | None) -> None:
    """Raise unless the kernel's `axis` is for as many channels as the inputs have."""
    place = -1 if standardize_data_format(data_format) == "channels_last" else 1
    if inputs.shape[place] != kernel.shape[axis]:
        raise ValueError(
            f"`kernel` must be for the channels of `inputs`, {inputs.shape[place]}. "
            f"Received: inputs {shown_shape(inputs.shape)}, kernel {shown_shape(kernel.shape)}."
        )


def transposed_size(
    n: int, window: int, stride: int, padding: str, output_padding: int | None = None, dilation: int = 1
) -> tuple[int, tuple[int, int]]:
    """The size of a transposed convolution along one axis, and the pads of the convolution that it undoes."""
    reach = (window - 1) * dilation + 1
    if not is_same(padding):
        more = max(stride - reach, 0) if output_padding is None else output_padding
        return (n - 1) * stride + reach + more, (0, 0)
    size = n * stride if output_padding is None else (n - 1) * stride + reach % 2 + output_padding
    total = max((n - 1) * stride + reach - size, 0)
    return size, (total // 2, total - total // 2)


def add_bias(y: Array, bias: Array, data_format: str) -> Array:
    """y + b, with b along the channels."""
    bias = as_array(bias)
    if data_format == "channels_last":
        kernel = fused("add_bias")
        return y + bias if kernel is None else kernel(y, bias)
    return y + engine.reshape(bias, (-1,) + (1,) * (len(y.shape) - 2))
