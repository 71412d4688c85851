"""`Rescaling`: numbers times a number, plus another."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core.settings import standardize_data_format
from hornbeam.layers.preprocessing.data_layer import DataLayer


class Rescaling(DataLayer):
    """y = x scale + offset.

    `Rescaling(1 / 255)` brings the bytes of images into [0, 1], `Rescaling(1 / 127.5, offset=-1)` into [-1, 1].

    Args:
        scale: a number, or one for each channel.
        offset: a number, or one for each channel.

    Input and output: any shape. Integers become floats, unless `dtype` is one of integers.

    >>> import hornbeam
    >>> hornbeam.layers.Rescaling(2.0, offset=1.0)([[1, 2]]).tolist()
    [[3.0, 5.0]]
    """

    supports_masking = True
    normalizes = True
    may_run_on_host = True

    def __init__(self, scale: Any, offset: Any = 0.0, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        for name, value in (("scale", scale), ("offset", offset)):
            if np.asarray(value).dtype.kind not in "biuf":
                raise ValueError(
                    f"`{name}` of `Rescaling` must be a number, or one for each channel. Received: {name}={value!r}."
                )

    def call(self, inputs: Any) -> Any:
        x = engine.cast(inputs, self.compute_dtype)
        scaled = x * self._by_channel(self.scale, x) + self._by_channel(self.offset, x)
        return engine.cast(scaled, self.compute_dtype)

    def _by_channel(self, value: Any, x: Any) -> Any:
        if np.ndim(value) == 0:
            return float(value)
        value = engine.asarray(np.asarray(value), self.compute_dtype)
        if value.ndim == 1 and x.ndim > 2 and standardize_data_format(None) == "channels_first":
            return engine.reshape(value, (-1, 1, 1))
        return value
