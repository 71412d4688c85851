"""`tf.random`."""

from __future__ import annotations

from typing import Any

from hornbeam import random
from hornbeam.core.rng import set_random_seed
from hornbeam.legacy.tensorflow import functions, renamed


def set_seed(seed: int) -> None:
    """Begin all random numbers anew from a seed."""
    set_random_seed(seed)


def normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = "float32", seed: Any = None, name: Any = None
) -> Any:
    """Normal numbers."""
    return random.normal(functions._sizes(shape), mean, stddev, str(dtype or "float32"), seed)


def truncated_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = "float32", seed: Any = None, name: Any = None
) -> Any:
    """Normal numbers no further than two deviations from the mean."""
    return random.truncated_normal(functions._sizes(shape), mean, stddev, str(dtype or "float32"), seed)


def uniform(
    shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = "float32", seed: Any = None, name: Any = None
) -> Any:
    """Numbers from `minval` up to `maxval`; integers below it for a dtype of integers."""
    sizes, dtype = functions._sizes(shape), str(dtype or "float32")
    if "int" in dtype:
        return random.randint(sizes, minval, maxval, dtype, seed)
    return random.uniform(sizes, minval, 1.0 if maxval is None else maxval, dtype, seed)


def shuffle(value: Any, seed: Any = None, name: Any = None) -> Any:
    """The rows in another order."""
    return random.shuffle(value, 0, seed)


def categorical(logits: Any, num_samples: int, dtype: Any = "int32", seed: Any = None, name: Any = None) -> Any:
    """Class indices with the probabilities that logits say."""
    return random.categorical(logits, num_samples, str(dtype), seed)


def gamma(shape: Any, alpha: Any, beta: float = 1.0, dtype: Any = "float32", seed: Any = None, name: Any = None) -> Any:
    """Numbers of a gamma distribution."""
    return random.gamma(functions._sizes(shape), alpha, str(dtype), seed) / beta


def get_global_generator() -> Any:
    """A source of numbers."""
    return Generator()


class Generator:
    """A source of numbers, with the functions of this module."""

    normal, uniform, truncated_normal = staticmethod(normal), staticmethod(uniform), staticmethod(truncated_normal)

    def __init__(self, seed: Any = None):
        if seed is not None:
            set_seed(int(seed))

    from_seed = classmethod(lambda cls, seed, alg=None: cls(seed))
    from_non_deterministic_state = classmethod(lambda cls, alg=None: cls())


__getattr__ = renamed.names_of("random", "image_shapes")
