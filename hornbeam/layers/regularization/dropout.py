"""Dropout: zeros at random while training, so that no unit relies on another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import random
from hornbeam.core.hyperparameter import Hyperparameter, is_on
from hornbeam.core.rng import SeedGenerator
from hornbeam.core.settings import standardize_data_format
from hornbeam.layers.base.checks import check_fraction
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer


class Dropout(Layer):
    """y = x m / (1 - rate) in training, with m 0 at a fraction `rate` of places and 1 elsewhere; y = x otherwise.

    Args:
        rate: the fraction of elements to drop, in [0, 1].
        noise_shape: the shape of m, which is broadcast to the input; 1 shares m along an axis, `None` keeps the
            input's size.
        seed: an integer for the same m in every run.

    Input and output: any shape.

    Source: Srivastava et al. 2014, Dropout: a simple way to prevent neural networks from overfitting.

    >>> import hornbeam
    >>> hornbeam.layers.Dropout(0.5)([1.0, 2.0]).tolist()
    [1.0, 2.0]
    """

    supports_masking = True
    rate = Hyperparameter(below=1)

    def __init__(
        self, rate: float, noise_shape: Sequence[int | None] | None = None, seed: int | None = None, **kwargs: Any
    ):
        super().__init__(**kwargs)
        self.store(locals())
        check_fraction(self, "rate", rate)
        _check_noise_shape(noise_shape)
        if rate > 0:
            self.seed_generator = SeedGenerator(seed)

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training or not is_on(self, "rate"):
            return inputs
        return random.dropout(inputs, self.rate, self.shape_of_noise(inputs), self.seed_generator)

    def shape_of_noise(self, inputs: Any) -> tuple[int, ...] | None:
        """The shape of m for these inputs; `None` when it is theirs."""
        if self.noise_shape is None:
            return None
        sizes = (None,) * (inputs.ndim - len(self.noise_shape)) + tuple(self.noise_shape)
        return tuple(n if n is not None else size for n, size in zip(sizes, inputs.shape, strict=True))


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


def _check_noise_shape(shape: Any) -> None:
    if shape is None:
        return
    if not isinstance(shape, tuple | list) or any(n is not None and (not isinstance(n, int) or n < 1) for n in shape):
        raise ValueError(
            "`noise_shape` of `Dropout` must be a tuple of positive integers and None. "
            f"Received: noise_shape={shape!r}."
        )
