"""What convolutions share."""

from __future__ import annotations

from typing import Any

from hornbeam import engine, ops
from hornbeam.core.declarations import fact
from hornbeam.core.settings import standardize_data_format
from hornbeam.layers.base.checks import as_tuple, check_choice, check_positive, known_size
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer
from hornbeam.ops.nn.convolution import add_bias


class BaseConv(Layer):
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

    rank: int

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
        self.kernel_size = as_tuple(self, "kernel_size", kernel_size, self.rank)
        self.strides = as_tuple(self, "strides", strides, self.rank)
        self.dilation_rate = as_tuple(self, "dilation_rate", dilation_rate, self.rank)
        self.padding = check_choice(
            self, "padding", padding, ("valid", "same", "causal") if self.rank == 1 else ("valid", "same")
        )
        self.data_format = standardize_data_format(data_format)
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                f"`{type(self).__name__}` takes `strides` or `dilation_rate` above 1, not both. "
                f"Received: strides={strides}, dilation_rate={dilation_rate}."
            )
        if filters % groups:
            raise ValueError(f"`filters` must be a multiple of `groups`. Received: filters={filters}, groups={groups}.")
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        axis = -1 if self.data_format == "channels_last" else 1
        channels = known_size(self, input_shape, axis)
        if channels % self.groups:
            raise ValueError(
                f"The input of layer `{self.name}` must have a multiple of `groups` channels. "
                f"Received: {channels} channels, groups={self.groups}."
            )
        self.kernel = self.add_weight(
            (*self.kernel_size, channels // self.groups, self.filters),
            self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
            name="kernel",
        )
        if self.use_bias:
            self.bias = self.add_weight(
                (self.filters,),
                self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name="bias",
            )
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={axis: channels})

    @fact
    def last_activation(self) -> Any:
        """The function that `call` ends with."""
        return self.activation

    def call(self, inputs: Any) -> Any:
        padding = self.padding
        if padding == "causal":
            inputs, padding = self._pad_before(inputs), "valid"
        y = ops.conv(inputs, self.kernel, self.strides, padding, self.data_format, self.dilation_rate)
        return self.activation(add_bias(y, self.bias, self.data_format) if self.use_bias else y)

    def _pad_before(self, inputs: Any) -> Any:
        pads = [(0, 0)] * 3
        pads[1 if self.data_format == "channels_last" else 2] = (self.dilation_rate[0] * (self.kernel_size[0] - 1), 0)
        return engine.pad(inputs, pads)
