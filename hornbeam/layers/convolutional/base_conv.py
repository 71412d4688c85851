"""What convolutions share."""

from __future__ import annotations

from typing import Any

from hornbeam import engine, ops
from hornbeam.layers.base.checks import check_positive
from hornbeam.layers.base.from_build import from_build
from hornbeam.layers.base.weights import configured_weight
from hornbeam.layers.convolutional.windowed import Windowed


class BaseConv(Windowed):
    """y[b, i, o] = activation(sum over k, c of x[b, i * stride + k * dilation, c] W[k, c, o] + b[o]).

    Args:
        filters: the number of output channels, a positive integer.
        kernel_size: the window, one integer per axis or one for all.
        strides: the step of the window.
        padding: "valid" (none), "same" (ceil(size / stride) outputs), or for `Conv1D` "causal" (sees no later inputs).
        data_format: "channels_last" or "channels_first"; the global setting by default.
        dilation_rate: the distance of neighbouring elements of the window.
        groups: the channels are split into as many parts that do not mix; divides the channels and `filters`.
        activation: a name or a function; none by default.
        use_bias: whether b is added.
        kernel_initializer: of W, shape (*kernel_size, channels / groups, filters).
        bias_initializer: of b, shape (filters,).
        kernel_regularizer, bias_regularizer, activity_regularizer: functions added to the loss.
        kernel_constraint, bias_constraint: functions that map a weight to an allowed one after each update.
    """

    none_in_configs = ("activity_regularizer",)
    kernel: Any = from_build()
    strides_and_dilates = False
    last_activation = Windowed.last_activation

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        groups: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ):
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.store(locals())
        check_positive(self, "filters", filters)
        check_positive(self, "groups", groups)
        self._set_window(kernel_size, strides, padding, data_format, dilation_rate)
        if filters % groups:
            raise ValueError(f"`filters` must be a multiple of `groups`. Received: filters={filters}, groups={groups}.")

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        channels = self._channels(input_shape)
        if channels % self.groups:
            raise ValueError(
                f"The input of layer `{self.name}` must have a multiple of `groups` channels. "
                f"Received: {channels} channels, groups={self.groups}."
            )
        self.kernel = configured_weight(self, "kernel", (*self.kernel_size, channels // self.groups, self.filters))
        self.bias = configured_weight(self, "bias", (self.filters,)) if self.use_bias else None

    def call(self, inputs: Any) -> Any:
        self._check_fit(inputs)
        return self._finish(self.convolution_op(inputs, self.kernel))

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        """The convolution alone; a subclass may do something to the kernel first."""
        padding = self.padding
        if padding == "causal":
            inputs, padding = self._pad_before(inputs), "valid"
        return ops.conv(inputs, kernel, self.strides, padding, self.data_format, self.dilation_rate)

    def _pad_before(self, inputs: Any) -> Any:
        pads = [(0, 0)] * 3
        pads[1 if self.data_format == "channels_last" else 2] = (self.dilation_rate[0] * (self.kernel_size[0] - 1), 0)
        return engine.pad(inputs, pads)
