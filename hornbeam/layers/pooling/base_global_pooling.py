"""What layers share that pool all positions."""

from __future__ import annotations

from typing import Any

from hornbeam.core.settings import standardize_data_format
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer


class BaseGlobalPooling(Layer):
    """One number for every channel.

    Args:
        data_format: "channels_last" or "channels_first"; the global setting by default.
        keepdims: whether the pooled axes stay, with size 1.
    """

    rank: int

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    @property
    def axes(self) -> tuple[int, ...]:
        """The axes that are pooled."""
        first = 1 if self.data_format == "channels_last" else 2
        return tuple(range(first, first + self.rank))
