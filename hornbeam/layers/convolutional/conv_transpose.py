"""Transposed convolutions: every element spread over a window."""

from __future__ import annotations

from typing import Any

from hornbeam import ops
from hornbeam.layers.base.checks import as_tuple, check_positive
from hornbeam.layers.base.weights import configured_weight
from hornbeam.layers.convolutional.windowed import Windowed


class BaseConvTranspose(Windowed):
    """The gradient of a convolution by its input: y[b, i * stride + k * dilation, o] gets x[b, i, c] W[k, o, c].

    Args:
        filters: the number of output channels, a positive integer.
        kernel_size: the window, one integer per axis or one for all.
        strides: the step of the window in the output.
        padding: "valid", or "same" for outputs of `strides` times the size.
        output_padding: elements added to the end of the output; by default what makes these sizes.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        dilation_rate: the distance of neighbouring elements of the window.
        activation: a name or a function; none by default.
        use_bias: whether there is a bias of shape (filters,).
        kernel_initializer, bias_initializer: of W, shape (*kernel_size, filters, channels), and of the bias.
        kernel_regularizer, bias_regularizer, activity_regularizer: functions added to the loss.
        kernel_constraint, bias_constraint: functions that map a weight to an allowed one after each update.
    """

    none_in_configs = ("activity_regularizer",)
    strides_and_dilates = False
    last_activation = Windowed.last_activation

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        output_padding: Any = None,
        data_format: str | None = None,
        dilation_rate: Any = 1,
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
        self._set_window(kernel_size, strides, padding, data_format, dilation_rate)
        if output_padding is not None:
            self.output_padding = as_tuple(self, "output_padding", output_padding, self.rank, zero=True)
            if any(more >= step for more, step in zip(self.output_padding, self.strides, strict=True)):
                raise ValueError(
                    f"`output_padding` of `{type(self).__name__}` must be less than `strides`. "
                    f"Received: output_padding={output_padding}, strides={strides}."
                )

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        channels = self._channels(input_shape)
        self.kernel = configured_weight(self, "kernel", (*self.kernel_size, self.filters, channels))
        self.bias = configured_weight(self, "bias", (self.filters,)) if self.use_bias else None

    def call(self, inputs: Any) -> Any:
        y = ops.conv_transpose(
            inputs, self.kernel, self.strides, self.padding, self.output_padding, self.data_format, self.dilation_rate
        )
        return self._finish(y)


class Conv1DTranspose(BaseConvTranspose):
    __doc__ = f"""Transposed convolution over time. {BaseConvTranspose.__doc__}
    Input: (batch, time, channels). Output: (batch, new time, filters).

    >>> import hornbeam
    >>> x = hornbeam.ops.ones((1, 4, 3))
    >>> hornbeam.layers.Conv1DTranspose(2, 3, strides=2, padding="same")(x).shape == (1, 8, 2)
    True
    """

    rank = 1


class Conv2DTranspose(BaseConvTranspose):
    __doc__ = f"""Transposed convolution over images. {BaseConvTranspose.__doc__}
    Input: (batch, rows, columns, channels). Output: (batch, new rows, new columns, filters).

    >>> import hornbeam
    >>> x = hornbeam.ops.ones((1, 4, 4, 3))
    >>> hornbeam.layers.Conv2DTranspose(2, 3, strides=2, padding="same")(x).shape == (1, 8, 8, 2)
    True
    """

    rank = 2


class Conv3DTranspose(BaseConvTranspose):
    __doc__ = f"""Transposed convolution over volumes. {BaseConvTranspose.__doc__}
    Input: (batch, planes, rows, columns, channels). Output: the same axes, the middle three larger.

    >>> import hornbeam
    >>> x = hornbeam.ops.ones((1, 2, 2, 2, 1))
    >>> hornbeam.layers.Conv3DTranspose(2, 2, strides=2)(x).shape == (1, 4, 4, 4, 2)
    True
    """

    rank = 3
