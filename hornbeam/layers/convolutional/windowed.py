"""What all convolutions share: a window that moves along the spatial axes, a bias, an activation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam.core.declarations import fact
from hornbeam.core.settings import standardize_data_format
from hornbeam.layers.base.checks import as_tuple, check_choice, check_window, known_size
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer
from hornbeam.ops.nn.convolution import add_bias


class Windowed(Layer):
    """A window that moves along `rank` spatial axes, from channels to others."""

    rank: int
    paddings: tuple[str, ...] = ("valid", "same")
    #: Whether both the window's steps and the distances within it may be above 1.
    strides_and_dilates = True

    @property
    def channel_axis(self) -> int:
        """Where the channels of the inputs and the outputs are."""
        return -1 if self.data_format == "channels_last" else 1

    @fact
    def last_activation(self) -> Any:
        """The function that `call` ends with."""
        return self.activation

    def _set_window(
        self, kernel_size: Any, strides: Any, padding: str, data_format: str | None, dilation_rate: Any = 1
    ) -> None:
        self.kernel_size = as_tuple(self, "kernel_size", kernel_size, self.rank)
        self.strides = as_tuple(self, "strides", strides, self.rank)
        self.dilation_rate = as_tuple(self, "dilation_rate", dilation_rate, self.rank)
        self.padding = check_choice(self, "padding", padding, self.paddings)
        self.data_format = standardize_data_format(data_format)
        if not self.strides_and_dilates and max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                f"`{type(self).__name__}` takes `strides` or `dilation_rate` above 1, not both. "
                f"Received: strides={strides}, dilation_rate={dilation_rate}."
            )
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def _channels(self, input_shape: Sequence[int | None]) -> int:
        """How many channels the inputs have, now and in all calls to come."""
        channels = known_size(self, input_shape, self.channel_axis)
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={self.channel_axis: channels})
        return channels

    def _check_fit(self, inputs: Any) -> None:
        """Raise unless the inputs are as large as the window."""
        window = tuple(d * (k - 1) + 1 for k, d in zip(self.kernel_size, self.dilation_rate, strict=True))
        check_window(self, inputs, window)

    def _finish(self, y: Any) -> Any:
        """activation(y + b)."""
        return self.activation(add_bias(y, self.bias, self.data_format) if self.use_bias else y)
