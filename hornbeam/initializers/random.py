"""Initializers that draw their values, from NumPy's generators on the host."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import rng
from hornbeam.core.integers import is_integer
from hornbeam.initializers.base import Initializer, as_dtype

Seed = int | rng.SeedGenerator | None


class RandomInitializer(Initializer):
    """Base of the initializers with a `seed`.

    An integer gives the same values at every call, a `SeedGenerator` other ones each time; without a seed they come
    from the generator that `set_random_seed` starts.
    """

    seed: Seed

    def store(self, arguments: dict[str, Any]) -> None:
        seed = arguments.get("seed")
        if seed is not None and not isinstance(seed, rng.SeedGenerator | dict) and not is_integer(seed):
            raise ValueError(f"`seed` must be an integer, a `SeedGenerator` or None. Received: seed={seed!r}.")
        super().store(arguments)

    def generator(self) -> np.random.Generator:
        if self.seed is None:
            return rng.host()
        if isinstance(self.seed, rng.SeedGenerator):
            with engine.eager():
                pair = engine.to_numpy(self.seed.next())
            return np.random.default_rng(pair.astype(np.uint32))
        return np.random.default_rng(int(self.seed) % 2**64)


def _precision(dtype: str) -> Any:
    """What NumPy draws in: twice as fast in float32, and exact enough for all but float64."""
    return np.float64 if dtype == "float64" else np.float32


def _uniform(shape: tuple[int, ...], low: float, high: float, dtype: str, generator: np.random.Generator) -> np.ndarray:
    values = generator.random(shape, _precision(dtype))
    values *= high - low
    values += low
    return as_dtype(values, dtype)


def _normal(
    shape: tuple[int, ...], mean: float, stddev: float, dtype: str, generator: np.random.Generator, truncated: bool
) -> np.ndarray:
    """Normal values; truncated ones further than two deviations from the mean are drawn again."""
    values = generator.standard_normal(shape, _precision(dtype))
    if truncated:
        flat = values.reshape(-1)
        again = np.flatnonzero(np.abs(flat) > 2)
        while again.size:
            flat[again] = generator.standard_normal(again.size, flat.dtype)
            again = again[np.abs(flat[again]) > 2]
    values *= stddev
    values += mean
    return as_dtype(values, dtype)


class RandomNormal(RandomInitializer):
    """A normal distribution.

    Args:
        mean: its mean.
        stddev: its standard deviation.
        seed: an integer, a `SeedGenerator`, or `None`.

    >>> import hornbeam
    >>> hornbeam.initializers.RandomNormal(seed=0)((2, 3)).shape == (2, 3)
    True
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Seed = None):
        self.store(locals())

    def sample(self, shape: tuple[int, ...], dtype: str) -> np.ndarray:
        return _normal(shape, self.mean, self.stddev, dtype, self.generator(), truncated=False)


class TruncatedNormal(RandomInitializer):
    """A normal distribution without what is more than two standard deviations from the mean.

    Args:
        mean: the mean.
        stddev: the standard deviation before the cut.
        seed: an integer, a `SeedGenerator`, or `None`.

    >>> import hornbeam
    >>> hornbeam.initializers.TruncatedNormal(seed=0)((2, 3)).shape == (2, 3)
    True
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Seed = None):
        self.store(locals())

    def sample(self, shape: tuple[int, ...], dtype: str) -> np.ndarray:
        return _normal(shape, self.mean, self.stddev, dtype, self.generator(), truncated=True)


class RandomUniform(RandomInitializer):
    """A uniform distribution over [minval, maxval).

    Args:
        minval: the lower bound.
        maxval: the upper bound.
        seed: an integer, a `SeedGenerator`, or `None`.

    >>> import hornbeam
    >>> hornbeam.initializers.RandomUniform(seed=0)((2, 3)).shape == (2, 3)
    True
    """

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: Seed = None):
        self.store(locals())

    def sample(self, shape: tuple[int, ...], dtype: str) -> np.ndarray:
        return _uniform(shape, self.minval, self.maxval, dtype, self.generator())


class VarianceScaling(RandomInitializer):
    """A distribution of mean 0 and variance `scale / n`, where n counts the inputs or outputs of a unit.

    Args:
        scale: a positive factor.
        mode: n is "fan_in", "fan_out", or their mean, "fan_avg".
        distribution: "truncated_normal" ("normal"), "untruncated_normal" or "uniform".
        seed: an integer, a `SeedGenerator`, or `None`.
        input_axes: the axes of the shape that inputs run along, for kernels that are not (*window, inputs, outputs).
        output_axes: the axes of the shape that outputs run along; both are given, or none.

    >>> import hornbeam
    >>> hornbeam.initializers.VarianceScaling(seed=0)((2, 3)).shape == (2, 3)
    True
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: Seed = None,
        input_axes: int | Sequence[int] | None = None,
        output_axes: int | Sequence[int] | None = None,
    ):
        self.store(locals())
        if not scale > 0:
            raise ValueError(f"`scale` must be positive. Received: scale={scale}.")
        if mode not in ("fan_in", "fan_out", "fan_avg"):
            raise ValueError(f"`mode` must be 'fan_in', 'fan_out' or 'fan_avg'. Received: mode={mode!r}.")
        self.distribution = "truncated_normal" if distribution.lower() == "normal" else distribution.lower()
        if self.distribution not in ("truncated_normal", "untruncated_normal", "uniform"):
            names = "'truncated_normal', 'untruncated_normal' or 'uniform'"
            raise ValueError(f"`distribution` must be {names}. Received: distribution={distribution!r}.")

    def sample(self, shape: tuple[int, ...], dtype: str) -> np.ndarray:
        fan_in, fan_out = compute_fans(shape, self.input_axes, self.output_axes)
        n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        stddev = math.sqrt(self.scale / max(n, 1.0))
        if self.distribution == "uniform":
            limit = math.sqrt(3) * stddev
            return _uniform(shape, -limit, limit, dtype, self.generator())
        truncated = self.distribution == "truncated_normal"
        stddev = stddev / _TRUNCATED_STDDEV if truncated else stddev
        return _normal(shape, 0.0, stddev, dtype, self.generator(), truncated)


_TRUNCATED_STDDEV = 0.87962566103423978  # of the standard normal distribution cut at -2 and 2


class GlorotUniform(VarianceScaling):
    """Uniform over `±sqrt(6 / (fan_in + fan_out))` (Glorot and Bengio, 2010).

    >>> import hornbeam
    >>> hornbeam.initializers.GlorotUniform(seed=0)((2, 3)).shape == (2, 3)
    True
    """

    def __init__(self, seed: Seed = None, input_axes: Any = None, output_axes: Any = None):
        super().__init__(1.0, "fan_avg", "uniform", seed, input_axes, output_axes)


class GlorotNormal(VarianceScaling):
    """Truncated normal of variance `2 / (fan_in + fan_out)` (Glorot and Bengio, 2010).

    >>> import hornbeam
    >>> hornbeam.initializers.GlorotNormal(seed=0)((2, 3)).shape == (2, 3)
    True
    """

    def __init__(self, seed: Seed = None, input_axes: Any = None, output_axes: Any = None):
        super().__init__(1.0, "fan_avg", "truncated_normal", seed, input_axes, output_axes)


class HeUniform(VarianceScaling):
    """Uniform over `±sqrt(6 / fan_in)` (He et al., 2015).

    >>> import hornbeam
    >>> hornbeam.initializers.HeUniform(seed=0)((2, 3)).shape == (2, 3)
    True
    """

    def __init__(self, seed: Seed = None, input_axes: Any = None, output_axes: Any = None):
        super().__init__(2.0, "fan_in", "uniform", seed, input_axes, output_axes)


class HeNormal(VarianceScaling):
    """Truncated normal of variance `2 / fan_in` (He et al., 2015).

    >>> import hornbeam
    >>> hornbeam.initializers.HeNormal(seed=0)((2, 3)).shape == (2, 3)
    True
    """

    def __init__(self, seed: Seed = None, input_axes: Any = None, output_axes: Any = None):
        super().__init__(2.0, "fan_in", "truncated_normal", seed, input_axes, output_axes)


class LecunUniform(VarianceScaling):
    """Uniform over `±sqrt(3 / fan_in)` (LeCun et al., 1998).

    >>> import hornbeam
    >>> hornbeam.initializers.LecunUniform(seed=0)((2, 3)).shape == (2, 3)
    True
    """

    def __init__(self, seed: Seed = None, input_axes: Any = None, output_axes: Any = None):
        super().__init__(1.0, "fan_in", "uniform", seed, input_axes, output_axes)


class LecunNormal(VarianceScaling):
    """Truncated normal of variance `1 / fan_in` (LeCun et al., 1998).

    >>> import hornbeam
    >>> hornbeam.initializers.LecunNormal(seed=0)((2, 3)).shape == (2, 3)
    True
    """

    def __init__(self, seed: Seed = None, input_axes: Any = None, output_axes: Any = None):
        super().__init__(1.0, "fan_in", "truncated_normal", seed, input_axes, output_axes)


class Orthogonal(RandomInitializer):
    """A random matrix with orthonormal columns, or rows if it has fewer of them (Saxe et al., 2014).

    A shape with more axes is filled as the matrix with its last axis as columns.

    Args:
        gain: a factor.
        seed: an integer, a `SeedGenerator`, or `None`.

    >>> import hornbeam
    >>> hornbeam.initializers.Orthogonal(seed=0)((2, 3)).shape == (2, 3)
    True
    """

    def __init__(self, gain: float = 1.0, seed: Seed = None):
        self.store(locals())

    def sample(self, shape: tuple[int, ...], dtype: str) -> np.ndarray:
        if len(shape) < 2:
            raise ValueError(f"`Orthogonal` needs a shape of two axes or more. Received: shape={shape}.")
        rows, columns = math.prod(shape[:-1]), shape[-1]
        a = self.generator().standard_normal((max(rows, columns), min(rows, columns)), _precision(dtype))
        q, r = np.linalg.qr(a)
        q *= np.where(np.diag(r) < 0, -1, 1).astype(q.dtype)  # else the signs would not be uniform (Mezzadri, 2007)
        q = q if rows >= columns else q.T
        return as_dtype(self.gain * q.reshape(shape), dtype)


def compute_fans(
    shape: Sequence[int], input_axes: int | Sequence[int] | None = None, output_axes: int | Sequence[int] | None = None
) -> tuple[int, int]:
    """How many inputs and outputs the units of a kernel have: the products over the given axes, if both are given.

    By default the last two axes are inputs and outputs, and those before them a window that multiplies both.

    >>> compute_fans((3, 3, 8, 16))
    (72, 144)
    """
    if input_axes is not None and output_axes is not None:
        return _size(shape, input_axes), _size(shape, output_axes)
    if len(shape) < 2:
        return math.prod(shape), math.prod(shape)
    *window, inputs, outputs = shape
    return math.prod(window) * inputs, math.prod(window) * outputs


def _size(shape: Sequence[int], axes: int | Sequence[int]) -> int:
    return math.prod(shape[a] for a in ([axes] if isinstance(axes, int) else axes))
