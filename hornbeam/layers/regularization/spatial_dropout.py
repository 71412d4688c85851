"""Dropout of whole channels."""

from __future__ import annotations

from typing import Any

from hornbeam.core.settings import standardize_data_format
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.regularization.dropout import Dropout


class SpatialDropout1D(Dropout):
    """Dropout of whole channels: m is the same at every time step.

    Args:
        rate: the fraction of channels to drop, in [0, 1].
        seed: an integer for the same m in every run.

    Input and output: (batch, time, channels).

    Source: Tompson et al. 2015, Efficient object localization using convolutional networks.

    >>> import hornbeam
    >>> hornbeam.layers.SpatialDropout1D(0.5)([[[1.0], [2.0]]]).shape == (1, 2, 1)
    True
    """

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any):
        super().__init__(rate, (None, 1, None), seed, **kwargs)
        self.input_spec = InputSpec(ndim=3)

    def config_arguments(self) -> dict[str, Any]:
        return {"rate": self.rate, "seed": self.seed, "name": self.name, "dtype": self.dtype_policy.name}


class SpatialDropout2D(Dropout):
    """Dropout of whole channels: m is the same all over an image.

    Args:
        rate: the fraction of channels to drop, in [0, 1].
        data_format: "channels_last" or "channels_first"; the global setting by default.
        seed: an integer for the same m in every run.

    Input and output: (batch, rows, columns, channels).

    Source: Tompson et al. 2015, Efficient object localization using convolutional networks.

    >>> import hornbeam
    >>> hornbeam.layers.SpatialDropout2D(0.5)(hornbeam.ops.ones((1, 2, 2, 3))).shape == (1, 2, 2, 3)
    True
    """

    def __init__(self, rate: float, data_format: str | None = None, seed: int | None = None, **kwargs: Any):
        data_format = standardize_data_format(data_format)
        shape = (None, 1, 1, None) if data_format == "channels_last" else (None, None, 1, 1)
        super().__init__(rate, shape, seed, **kwargs)
        self.data_format = data_format
        self.input_spec = InputSpec(ndim=4)

    def config_arguments(self) -> dict[str, Any]:
        config = {"rate": self.rate, "seed": self.seed, "name": self.name, "dtype": self.dtype_policy.name}
        return {**config, "data_format": self.data_format}
