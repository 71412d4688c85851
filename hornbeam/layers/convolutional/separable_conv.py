"""Convolutions of every channel by itself, and a mixing of channels after."""

from __future__ import annotations

from typing import Any

from hornbeam import ops
from hornbeam.layers.base.checks import check_positive
from hornbeam.layers.base.weights import configured_weight
from hornbeam.layers.convolutional.windowed import Windowed


class BaseSeparableConv(Windowed):
    """y[b, i, o] = activation(sum over n of z[b, i, n] P[n, o] + b[o]).

    In this z[b, i, c m + j] = sum over k of x[b, i s + k d, c] D[k, c, j].

    Args:
        filters: the number of output channels, a positive integer.
        kernel_size: the window, one integer per axis or one for all.
        strides: s, the step of the window.
        padding: "valid" (none) or "same" (ceil(size / stride) outputs).
        data_format: "channels_last" or "channels_first"; the global setting by default.
        dilation_rate: d, the distance of neighbouring elements of the window.
        depth_multiplier: m, the number of values per channel before they are mixed.
        activation: a name or a function; none by default.
        use_bias: whether b is added.
        depthwise_initializer: of D, shape (*kernel_size, channels, m).
        pointwise_initializer: of P, shape (1, ..., channels m, filters).
        bias_initializer: of b, shape (filters,).
        depthwise_regularizer, pointwise_regularizer, bias_regularizer, activity_regularizer: functions added to the
            loss.
        depthwise_constraint, pointwise_constraint, bias_constraint: functions that map a weight to an allowed one after
            each update.
    """

    none_in_configs = ("activity_regularizer",)
    last_activation = Windowed.last_activation

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ):
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.store(locals())
        check_positive(self, "filters", filters)
        check_positive(self, "depth_multiplier", depth_multiplier)
        self._set_window(kernel_size, strides, padding, data_format, dilation_rate)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        channels, m = self._channels(input_shape), self.depth_multiplier
        in_space, across = (*self.kernel_size, channels, m), (*(1,) * self.rank, channels * m, self.filters)
        self.depthwise_kernel = configured_weight(self, "depthwise_kernel", in_space, "depthwise")
        self.pointwise_kernel = configured_weight(self, "pointwise_kernel", across, "pointwise")
        self.bias = configured_weight(self, "bias", (self.filters,)) if self.use_bias else None

    def call(self, inputs: Any) -> Any:
        self._check_fit(inputs)
        y = ops.separable_conv(
            inputs,
            self.depthwise_kernel,
            self.pointwise_kernel,
            self.strides,
            self.padding,
            self.data_format,
            self.dilation_rate,
        )
        return self._finish(y)


class SeparableConv1D(BaseSeparableConv):
    __doc__ = f"""Convolution over time of every channel, then of all at each step. {BaseSeparableConv.__doc__}
    Input: (batch, time, channels). Output: (batch, new time, filters).

    Source: Chollet 2017, Xception: deep learning with depthwise separable convolutions.

    >>> import hornbeam
    >>> x = hornbeam.ops.ones((1, 8, 3))
    >>> hornbeam.layers.SeparableConv1D(4, 3)(x).shape == (1, 6, 4)
    True
    """

    rank = 1


class SeparableConv2D(BaseSeparableConv):
    __doc__ = f"""Convolution over images of every channel, then of all at each place. {BaseSeparableConv.__doc__}
    Input: (batch, rows, columns, channels). Output: (batch, new rows, new columns, filters).

    Source: Chollet 2017, Xception: deep learning with depthwise separable convolutions.

    >>> import hornbeam
    >>> x = hornbeam.ops.ones((1, 8, 8, 3))
    >>> hornbeam.layers.SeparableConv2D(4, 3, strides=2, padding="same")(x).shape == (1, 4, 4, 4)
    True
    """

    rank = 2
