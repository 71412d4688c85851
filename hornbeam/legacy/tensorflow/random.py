"""`tf.random`."""

from __future__ import annotations

from typing import Any

from hornbeam import random
from hornbeam.core.rng import set_random_seed
from hornbeam.legacy.tensorflow import functions


def set_seed(seed: int) -> None:
    """Begin all random numbers anew from a seed."""
    set_random_seed(seed)


def normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = "float32", seed: Any = None, name: Any = None
) -> Any:
    """Normal numbers."""
    return random.normal(functions._sizes(shape), mean, stddev, str(dtype), seed)


def truncated_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = "float32", seed: Any = None, name: Any = None
) -> Any:
    """Normal numbers no further than two deviations from the mean."""
    return random.truncated_normal(functions._sizes(shape), mean, stddev, str(dtype), seed)


def uniform(
    shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = "float32", seed: Any = None, name: Any = None
) -> Any:
    """Numbers from `minval` up to `maxval`; integers below it for a dtype of integers."""
    sizes, dtype = functions._sizes(shape), str(dtype)
    if "int" in dtype:
        return random.randint(sizes, minval, maxval, dtype, seed)
    return random.uniform(sizes, minval, 1.0 if maxval is None else maxval, dtype, seed)


def shuffle(value: Any, seed: Any = None, name: Any = None) -> Any:
    """The rows in another order."""
    return random.shuffle(value, 0, seed)


def categorical(logits: Any, num_samples: int, dtype: Any = "int32", seed: Any = None, name: Any = None) -> Any:
    """Class indices with the probabilities that logits say."""
    return random.categorical(logits, num_samples, str(dtype), seed)
