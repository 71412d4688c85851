"""Dropout of whole channels."""

from __future__ import annotations

from typing import Any

from hornbeam.core.settings import standardize_data_format
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.regularization.dropout import Dropout


class BaseSpatialDropout(Dropout):
    """Dropout with one m for all places of a channel."""

    rank: int

    def _set_channels(self, data_format: str | None) -> None:
        self.data_format = standardize_data_format(data_format)
        places = (1,) * self.rank
        self.noise_shape = (None, *places, None) if self.data_format == "channels_last" else (None, None, *places)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def config_arguments(self) -> dict[str, Any]:
        config = {"rate": self.rate, "seed": self.seed, "name": self.name, "dtype": self.dtype_policy.name}
        return config if self.rank == 1 else {**config, "data_format": self.data_format}


class SpatialDropout1D(BaseSpatialDropout):
    """Dropout of whole channels: m is the same at every time step.

    Args:
        rate: the fraction of channels to drop, in [0, 1].
        seed: an integer for the same m in every run.
        name, dtype: as of every layer.

    Input and output: (batch, time, channels).

    Source: Tompson et al. 2015, Efficient object localization using convolutional networks.

    >>> import hornbeam
    >>> hornbeam.layers.SpatialDropout1D(0.5)([[[1.0], [2.0]]]).shape == (1, 2, 1)
    True
    """

    rank = 1

    def __init__(self, rate: float, seed: int | None = None, name: str | None = None, dtype: Any = None, **kwargs: Any):
        super().__init__(rate, seed=seed, name=name, dtype=dtype, **kwargs)
        self._set_channels("channels_last")


class SpatialDropout2D(BaseSpatialDropout):
    """Dropout of whole channels: m is the same all over an image.

    Args:
        rate: the fraction of channels to drop, in [0, 1].
        data_format: "channels_last" or "channels_first"; the global setting by default.
        seed: an integer for the same m in every run.
        name, dtype: as of every layer.

    Input and output: (batch, rows, columns, channels).

    Source: Tompson et al. 2015, Efficient object localization using convolutional networks.

    >>> import hornbeam
    >>> hornbeam.layers.SpatialDropout2D(0.5)(hornbeam.ops.ones((1, 2, 2, 3))).shape == (1, 2, 2, 3)
    True
    """

    rank = 2

    def __init__(
        self,
        rate: float,
        data_format: str | None = None,
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ):
        super().__init__(rate, seed=seed, name=name, dtype=dtype, **kwargs)
        self._set_channels(data_format)


class SpatialDropout3D(BaseSpatialDropout):
    """Dropout of whole channels: m is the same all over a volume.

    Args:
        rate: the fraction of channels to drop, in [0, 1].
        data_format: "channels_last" or "channels_first"; the global setting by default.
        seed: an integer for the same m in every run.
        name, dtype: as of every layer.

    Input and output: (batch, planes, rows, columns, channels).

    Source: Tompson et al. 2015, Efficient object localization using convolutional networks.

    >>> import hornbeam
    >>> hornbeam.layers.SpatialDropout3D(0.5)(hornbeam.ops.ones((1, 2, 2, 2, 3))).shape == (1, 2, 2, 2, 3)
    True
    """

    rank = 3

    def __init__(
        self,
        rate: float,
        data_format: str | None = None,
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ):
        super().__init__(rate, seed=seed, name=name, dtype=dtype, **kwargs)
        self._set_channels(data_format)
