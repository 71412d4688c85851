"""Random numbers: other ones each time, or the same for the same `seed`."""

from __future__ import annotations

from typing import Any

from hornbeam import ops, random
from hornbeam.core import dtypes
from hornbeam.core.renaming.arguments import takes_old_arguments
from hornbeam.legacy.backend.sizes import takes_sizes


@takes_old_arguments("keras.backend")
@takes_sizes
def random_normal(shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: int | None = None) -> Any:
    """Draws from a normal distribution."""
    return random.normal(tuple(shape), mean, stddev, dtype, seed)


@takes_old_arguments("keras.backend")
@takes_sizes
def random_uniform(shape: Any, minval: Any = 0.0, maxval: Any = 1.0, dtype: Any = None, seed: int | None = None) -> Any:
    """Draws from a uniform distribution over [minval, maxval)."""
    if dtype is not None and not dtypes.is_float(dtypes.standardize(dtype)):
        return random.randint(tuple(shape), minval, maxval, dtype, seed)
    return random.uniform(tuple(shape), minval, maxval, dtype, seed)


@takes_sizes
def random_binomial(shape: Any, p: float = 0.0, dtype: Any = None, seed: int | None = None) -> Any:
    """Ones with probability `p`, else zeros."""
    return ops.cast(random.uniform(tuple(shape), 0.0, 1.0, "float32", seed) < p, dtypes.standardize(dtype))


@takes_sizes
def truncated_normal(shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: int | None = None) -> Any:
    """Draws from a normal distribution without what is more than two standard deviations from the mean."""
    return random.truncated_normal(tuple(shape), mean, stddev, dtype, seed)
