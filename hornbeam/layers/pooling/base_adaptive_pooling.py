"""What layers share that pool as many windows as are asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from hornbeam.core.settings import standardize_data_format
from hornbeam.layers.base.checks import as_tuple
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer


class BaseAdaptivePooling(Layer):
    """One number for every channel and each of m windows, of n places those from floor(i n / m) to ceil((i + 1) n / m).

    Args:
        output_size: m, one integer per axis or one for all; windows overlap where it does not divide n.
        data_format: "channels_last" or "channels_first"; the global setting by default.
    """

    rank: int
    pool: ClassVar[Callable[..., Any]]

    def __init__(self, output_size: Any, data_format: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        self.output_size = as_tuple(self, "output_size", output_size, self.rank)
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Any) -> Any:
        return type(self).pool(inputs, self.output_size, self.data_format)
