"""Convolutions of every channel by itself."""

from __future__ import annotations

from typing import Any

from hornbeam import ops
from hornbeam.layers.base.checks import check_positive
from hornbeam.layers.base.weights import configured_weight
from hornbeam.layers.convolutional.windowed import Windowed


class BaseDepthwiseConv(Windowed):
    """y[b, i, c m + j] = activation(sum over k of x[b, i * stride + k * dilation, c] W[k, c, j] + b[c m + j]).

    Args:
        kernel_size: the window, one integer per axis or one for all.
        strides: the step of the window, the same along all axes.
        padding: "valid" (none) or "same" (ceil(size / stride) outputs).
        depth_multiplier: m, the number of outputs per channel.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        dilation_rate: the distance of neighbouring elements of the window.
        activation: a name or a function; none by default.
        use_bias: whether b is added.
        depthwise_initializer, bias_initializer: of W, shape (*kernel_size, channels, m), and b, shape (channels m,).
        depthwise_regularizer, bias_regularizer, activity_regularizer: functions added to the loss.
        depthwise_constraint, bias_constraint: functions that map a weight to an allowed one after each update.
    """

    none_in_configs = ("activity_regularizer",)
    last_activation = Windowed.last_activation

    def __init__(
        self,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ):
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.store(locals())
        check_positive(self, "depth_multiplier", depth_multiplier)
        self._set_window(kernel_size, strides, padding, data_format, dilation_rate)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        channels = self._channels(input_shape)
        self.kernel = configured_weight(
            self, "kernel", (*self.kernel_size, channels, self.depth_multiplier), "depthwise"
        )
        self.bias = configured_weight(self, "bias", (channels * self.depth_multiplier,)) if self.use_bias else None

    def call(self, inputs: Any) -> Any:
        self._check_fit(inputs)
        y = ops.depthwise_conv(inputs, self.kernel, self.strides, self.padding, self.data_format, self.dilation_rate)
        return self._finish(y)


class DepthwiseConv1D(BaseDepthwiseConv):
    __doc__ = f"""Convolution over time, every channel by itself. {BaseDepthwiseConv.__doc__}
    Input: (batch, time, channels). Output: (batch, new time, channels m).

    >>> import hornbeam
    >>> x = hornbeam.ops.ones((1, 8, 3))
    >>> hornbeam.layers.DepthwiseConv1D(3, depth_multiplier=2)(x).shape == (1, 6, 6)
    True
    """

    rank = 1


class DepthwiseConv2D(BaseDepthwiseConv):
    __doc__ = f"""Convolution over images, every channel by itself. {BaseDepthwiseConv.__doc__}
    Input: (batch, rows, columns, channels). Output: (batch, new rows, new columns, channels m).

    >>> import hornbeam
    >>> x = hornbeam.ops.ones((1, 8, 8, 3))
    >>> hornbeam.layers.DepthwiseConv2D(3)(x).shape == (1, 6, 6, 3)
    True
    """

    rank = 2
