"""Keys for the engine's random numbers, from what a user passes as `seed`."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import rng
from hornbeam.core.integers import is_integer
from hornbeam.core.lift import is_lifted
from hornbeam.core.rng import SeedGenerator

Seed = int | SeedGenerator | None

_shared: tuple[np.random.Generator, SeedGenerator] | None = None


def draw_key(seed: Seed) -> Any:
    """The engine's key for the next random numbers of `seed`."""
    if isinstance(seed, SeedGenerator):
        return engine.random_key(_next(seed))
    if seed is None:
        return engine.random_key(_next_shared())
    if is_integer(seed):
        seed = int(seed) % 2**64
        return engine.random_key(np.array([seed % 2**32, seed // 2**32], "uint32"))
    raise ValueError(f"`seed` must be an integer, a `SeedGenerator` or None. Received: seed={seed!r}.")


def _next(generator: SeedGenerator) -> Any:
    if is_lifted():
        return generator.next()
    with engine.eager():  # shapes are being traced: the count must stay a number
        return generator.next()


def _next_shared() -> Any:
    """The next pair of a generator that belongs to everyone; it starts anew when the host's generator does."""
    global _shared
    host = rng.host()
    with engine.eager():
        if _shared is None or _shared[0] is not host:
            _shared = host, SeedGenerator(name="shared_seed_generator")
        try:
            return _shared[1].next()
        except RuntimeError:
            raise RuntimeError(
                "A random function without a `seed` was called in a compiled step, which would repeat its numbers. "
                "Make a `hornbeam.random.SeedGenerator()` an attribute of the layer or model and pass it as `seed`."
            ) from None
