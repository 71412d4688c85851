"""Random numbers: NumPy's on the host for initial weights and shuffling, a counted seed for noise in programs."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core.configurable import Configurable
from hornbeam.core.integers import is_integer
from hornbeam.core.variable import Variable

_host = np.random.default_rng()


def set_random_seed(seed: int) -> None:
    """Make all that follows repeatable: Python's, NumPy's and Hornbeam's random numbers start from `seed`.

    Raises:
        ValueError: unless `seed` is an integer in [0, 2**32).
    """
    global _host
    if not is_integer(seed, 0) or seed >= 2**32:
        raise ValueError(f"`seed` must be an integer in [0, 2**32). Received: seed={seed!r}.")
    random.seed(int(seed))
    np.random.seed(int(seed))
    _host = np.random.default_rng(int(seed))


def host() -> np.random.Generator:
    """The generator that unseeded initial weights and the shuffle order come from."""
    return _host


def make_seed() -> int:
    """A fresh seed below 2**31, from the host's generator."""
    return int(_host.integers(2**31))


class SeedGenerator(Configurable):
    """A seed that counts: each `next()` is a new pair `(seed, count)`, in and out of compiled programs.

    Args:
        seed: an integer for the same numbers in every run; by default one is drawn.
        name: of the state variable.
    """

    api_module = "keras.random"
    unseen = Configurable.unseen | {"seed", "name"}

    def __init__(self, seed: int | None = None, name: str | None = None, **kwargs: Any):
        if seed is not None and not is_integer(seed, 0):
            raise ValueError(f"`seed` must be a non-negative integer or None. Received: seed={seed!r}.")
        self.store(locals())
        start = make_seed() if seed is None else int(seed) % 2**31
        self.state = Variable(np.array([start, 0]), dtype="int32", trainable=False, name="seed_generator_state")

    def next(self, ordered: bool = True) -> Any:
        """The next pair; an int32 array of shape (2,) for `engine.random_key`."""
        pair = self.state.value
        self.state.assign(pair + engine.asarray(_STEP))
        return pair


_STEP = np.array([0, 1], "int32")
