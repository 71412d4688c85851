"""`Normalization`: features with mean 0 and variance 1, as data have shown them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core.settings import epsilon
from hornbeam.layers.base.checks import check_axes, known_size
from hornbeam.layers.preprocessing.data_layer import DataLayer
from hornbeam.layers.preprocessing.numeric.moments import Moments
from hornbeam.layers.preprocessing.numeric.numbers import as_numbers, batches_of_numbers


class Normalization(DataLayer):
    """y = (x - mean) / sqrt(variance), with moments that `adapt` finds in data, or that are given.

    Args:
        axis: the axis or axes that have moments of their own; `None` for one mean and variance of everything.
        mean, variance: the moments, if they are known: numbers, or arrays with the sizes of the input along `axis`.
        invert: whether to compute x = y sqrt(variance) + mean instead.

    Input and output: any shape. Integers become floats.

    >>> import hornbeam
    >>> layer = hornbeam.layers.Normalization()
    >>> layer.adapt([[1.0], [3.0]])
    >>> layer([[1.0], [5.0]]).tolist()
    [[-1.0], [3.0]]
    """

    supports_masking = True
    normalizes = True
    may_run_on_host = True
    unseen = DataLayer.unseen | {"moments"}

    def __init__(
        self,
        axis: int | Sequence[int] | None = -1,
        mean: Any = None,
        variance: Any = None,
        invert: bool = False,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.store({"axis": axis, "invert": invert})
        self.axis: Any = () if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
        if (mean is None) != (variance is None):
            raise ValueError(
                "`Normalization` takes both `mean` and `variance`, or neither. "
                f"Received: mean={mean!r}, variance={variance!r}."
            )
        self.input_mean, self.input_variance = _listed(mean), _listed(variance)
        self.moments: Moments | None = None
        if variance is not None and np.min(self.input_variance) < 0:
            raise ValueError(f"`variance` of `Normalization` must not be negative. Received: variance={variance!r}.")

    @property
    def _precision(self) -> str:
        """What moments are held and used in: 32 bits at least."""
        return "float64" if self.compute_dtype == "float64" else "float32"

    def build(self, input_shape: Sequence[int | None]) -> None:
        rank = len(input_shape)
        kept = sorted({a % rank for a in check_axes(self, self.axis, rank)})
        shape = [known_size(self, input_shape, a) for a in kept]
        self._others = tuple(a for a in range(rank) if a not in kept)
        self._broadcast_shape = tuple(known_size(self, input_shape, a) if a in kept else 1 for a in range(rank))
        if self.input_mean is not None:
            self._given = [self._of_shape(value, shape) for value in (self.input_mean, self.input_variance)]
            return
        self.adapt_mean = self.add_weight(shape, "zeros", trainable=False, autocast=False, name="mean")
        self.adapt_variance = self.add_weight(shape, "ones", trainable=False, autocast=False, name="variance")
        self.count = self.add_weight((), "zeros", dtype="int32", trainable=False, name="count")

    def _of_shape(self, value: Any, shape: Sequence[int]) -> np.ndarray:
        try:
            return np.broadcast_to(np.asarray(value, self._precision), shape).reshape(self._broadcast_shape)
        except ValueError:
            raise ValueError(
                f"`mean` and `variance` of layer `{self.name}` must have the sizes {tuple(shape)} of its input along "
                f"`axis`, or broadcast to them. Received: shape {np.shape(value)}."
            ) from None

    @property
    def mean(self) -> Any:
        """The mean, with the axes of the input; `None` before the layer is built."""
        return self._moment(0)

    @property
    def variance(self) -> Any:
        """The variance, with the axes of the input; `None` before the layer is built."""
        return self._moment(1)

    @property
    def is_adapted(self) -> bool:
        """Whether it has moments that were given, adapted or loaded: without, it is the identity."""
        if self.input_mean is not None:
            return True
        return bool(self.built and (np.any(self.adapt_mean.numpy()) or np.any(self.adapt_variance.numpy() != 1)))

    def _moment(self, place: int) -> Any:
        if not self.built:
            return None
        if self.input_mean is not None:
            return engine.asarray(self._given[place], self._precision)
        weight = (self.adapt_mean, self.adapt_variance)[place]
        return engine.reshape(weight.value, self._broadcast_shape)

    def call(self, inputs: Any) -> Any:
        x = engine.cast(inputs, self._precision)
        stddev = engine.maximum(engine.sqrt(self.variance), epsilon())
        y = x * stddev + self.mean if self.invert else (x - self.mean) / stddev
        return engine.cast(y, self.compute_dtype)

    def adapt(self, data: Any) -> None:
        """Find mean and variance in data, and forget earlier ones.

        Args:
            data: an array, a list, a column, a data set or a generator of batches, which may come with targets.
        """
        self.reset_state()
        for batch in [np.asarray(data)] if 0 in self.axis else batches_of_numbers(self, data, targets=True):
            self.update_state(batch)
        self.finalize_state()

    def reset_state(self) -> None:
        """Forget the data that `update_state` was given."""
        if self.input_mean is not None:
            raise ValueError(f"Layer `{self.name}` (Normalization) was given `mean` and `variance`: nothing to adapt.")
        self.moments = None

    def update_state(self, data: Any) -> None:
        """Take a batch into account, for `finalize_state`."""
        batch = as_numbers(data, f"layer `{self.name}` (Normalization)")
        if batch.ndim == 1 and -1 in self.axis:
            raise ValueError(
                f"Layer `{self.name}` (Normalization) finds moments for axis -1, so data must have rows and features. "
                f"Received: shape {batch.shape}. Pass `data[:, None]`, or make the layer with `axis=None`."
            )
        if not self.built:
            self.build((None if 0 not in self.axis else len(batch), *batch.shape[1:]))
        self.moments = self.moments or Moments(self._others)
        self._check_batch(batch)
        self.moments.add(batch)

    def finalize_state(self) -> None:
        """Let the moments be those of the data so far."""
        if self.moments is not None:
            self.adapt_mean.assign(np.asarray(self.moments.mean, self._precision))
            self.adapt_variance.assign(np.asarray(self.moments.variance, self._precision))
            self.moments = None

    def _check_batch(self, batch: np.ndarray) -> None:
        shape = self._broadcast_shape
        if batch.ndim != len(shape) or any(n not in (1, size) for n, size in zip(shape, batch.shape, strict=True)):
            raise ValueError(
                f"`adapt` of layer `{self.name}` (Normalization) must get batches of {len(shape)} axes that fit its "
                f"moments, of shape {shape}. Received: a batch of shape {batch.shape}."
            )

    def config_arguments(self) -> dict[str, Any]:
        return {**super().config_arguments(), "mean": self.input_mean, "variance": self.input_variance}


def _listed(value: Any) -> Any:
    """A number or an array as JSON can hold it."""
    return None if value is None else np.asarray(value).tolist()
