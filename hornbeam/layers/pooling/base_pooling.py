"""What layers share that pool windows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from hornbeam.core.settings import standardize_data_format
from hornbeam.layers.base.checks import as_tuple, check_choice, check_window
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer


class BasePooling(Layer):
    """One number for every window and channel.

    Args:
        pool_size: the window, one integer per axis or one for all; 2 by default.
        strides: the step of the window; the window's size by default.
        padding: "valid" (none) or "same" (ceil(size / stride) outputs; what is added counts for nothing).
        data_format: "channels_last" or "channels_first"; the global setting by default.
        name: as of every layer.
    """

    rank: int
    pool: ClassVar[Callable[..., Any]]

    def __init__(
        self,
        pool_size: Any = 2,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(name=name, **kwargs)
        self.store({key: value for key, value in locals().items() if key != "name"})
        self.pool_size = as_tuple(self, "pool_size", pool_size, self.rank)
        self.strides = self.pool_size if strides is None else as_tuple(self, "strides", strides, self.rank)
        self.padding = check_choice(self, "padding", padding, ("valid", "same"))
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Any) -> Any:
        check_window(self, inputs, self.pool_size)
        return type(self).pool(inputs, self.pool_size, self.strides, self.padding, self.data_format)
