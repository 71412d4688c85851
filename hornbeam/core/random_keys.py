"""Keys for the engine's random numbers, from what a user passes as `seed`."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from hornbeam import engine
from hornbeam.core import rng
from hornbeam.core.integers import is_integer
from hornbeam.core.lift import is_lifted
from hornbeam.core.rng import SeedGenerator

Seed: TypeAlias = Any  # an integer, a `SeedGenerator`, a key of the engine's, or `None`


def draw_key(seed: Seed) -> Any:
    """The engine's key for the next random numbers of `seed`."""
    if isinstance(seed, SeedGenerator):
        return engine.random_key(_next(seed))
    if seed is None:
        return engine.random_key(rng.next_unseeded())
    if is_integer(seed):
        seed = int(seed) % 2**64
        return engine.random_key(np.array([seed % 2**32, seed // 2**32], "uint32"))
    if engine.is_tensor(seed):
        key = engine.random_key(seed)
        if tuple(key.shape) == (2,):
            return key
    raise ValueError(f"`seed` must be an integer, a `SeedGenerator`, a key or None. Received: seed={seed!r}.")


def _next(generator: SeedGenerator) -> Any:
    if is_lifted():
        return generator.next()
    with engine.eager():  # shapes are being traced: the count must stay a number
        return generator.next()
