"""Random numbers: NumPy's on the host for initial weights and shuffling, a counted seed for noise in programs."""

from __future__ import annotations

import os
import random
import threading
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import naming
from hornbeam.core.configurable import Configurable
from hornbeam.core.integers import is_integer
from hornbeam.core.lift import is_pure
from hornbeam.core.running import running, under
from hornbeam.core.variable import Variable

_everyones = np.random.default_rng()


def set_random_seed(seed: int) -> None:
    """Make all that follows repeatable: Python's, NumPy's and Hornbeam's random numbers start from `seed`.

    So do those that modules of PyTorch draw, where it is the engine. The environment variable `HORNBEAM_SEED` does it
    when Hornbeam is imported, for programs that seed nothing. In a thread beside the main one, Hornbeam's
    numbers start anew for that thread alone: models that train in threads at once have the numbers that they have one
    by one.

    Raises:
        ValueError: unless `seed` is an integer in [0, 2**32).
    """
    if not is_integer(seed, 0) or seed >= 2**32:
        raise ValueError(f"`seed` must be an integer in [0, 2**32). Received: seed={seed!r}.")
    random.seed(int(seed))
    np.random.seed(int(seed))
    _start(np.random.default_rng(int(seed)))
    if engine.backend() == engine.TORCH:
        engine.seed_modules(int(seed))


def seeded(seed: Any) -> under:
    """Inside, the numbers of this thread come from `seed`, whatever other threads draw; none of theirs are used up."""
    return under(host=np.random.default_rng(seed), unseeded=None)


def host() -> np.random.Generator:
    """The generator that unseeded initial weights and the shuffle order come from: the thread's, or everyone's."""
    return _everyones if running.host is None else running.host


def host_state() -> dict[str, Any]:
    """What `set_host_state` needs for the host's generator, and what follows from it, to go on from here."""
    bits, unseeded = host().bit_generator, _outside_programs()
    seeds: Any = bits.seed_seq
    return {
        "state": bits.state,
        "seeds": {"entropy": seeds.entropy, "spawn_key": list(seeds.spawn_key), "spawned": seeds.n_children_spawned},
        "unseeded": unseeded.state.numpy() if unseeded.follows_host else None,
    }


def set_host_state(found: dict[str, Any]) -> None:
    """Let the host's generator go on from where `host_state` was asked for, in this process or another."""
    seeds = found["seeds"]
    sequence = np.random.SeedSequence(
        seeds["entropy"], spawn_key=tuple(seeds["spawn_key"]), n_children_spawned=seeds["spawned"]
    )
    bits = np.random.PCG64(sequence)
    bits.state = found["state"]
    _start(np.random.Generator(bits))
    if found["unseeded"] is not None:
        _outside_programs().go_on(found["unseeded"])


def _start(generator: np.random.Generator) -> None:
    """Draw from this one: everyone in the main thread, or else this thread alone."""
    global _everyones
    if running.host is None and threading.current_thread() is threading.main_thread():
        _everyones = generator
    else:
        running.host = generator


def make_seed() -> int:
    """A fresh seed below 2**31, from the host's generator."""
    return int(host().integers(2**31))


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
        if unknown := kwargs.keys() - {"backend"}:
            raise ValueError(f"`SeedGenerator` takes `seed` and `name`. Received: {', '.join(sorted(unknown))}.")
        name = name or naming.auto_name(type(self))
        self.store(locals())
        start = make_seed() if seed is None else int(seed) % 2**31
        with naming.scope(name):
            self.state = Variable(np.array([start, 0]), dtype="int32", trainable=False, name="seed_generator_state")

    def next(self, ordered: bool = True) -> Any:
        """The next pair; an int32 array of shape (2,) for `engine.random_key`.

        In a program that does not have this seed among its variables, as that of a layer that only a global name
        leads to, the numbers are those for who gives no seed.
        """
        if is_pure():
            holder = running.scope.find(self.state)
            if holder is None or self.state in holder.constants:
                return next_unseeded()
        pair = self.state.value
        self.state.hold(pair + engine.asarray(_STEP))
        return pair


class UnseededGenerator(SeedGenerator):
    """A generator for those who give no seed: it starts anew, from the host's numbers, whenever the host's does."""

    def __init__(self, name: str = "unseeded_generator"):
        super().__init__(seed=0, name=name)
        self._started_with: np.random.Generator | None = None

    @property
    def follows_host(self) -> bool:
        """Whether it was started by the host's generator as it is now."""
        return self._started_with is host()

    def go_on(self, pair: np.ndarray) -> None:
        """Go on from the seed and count of another generator, under the host's generator as it is now."""
        self._started_with = host()
        self.state._value = np.array(pair, "int32")

    def started(self) -> UnseededGenerator:
        """This generator, with a seed of the present run; asked for before each use from outside of a program."""
        if not self.follows_host:
            generator = self._started_with = host()
            # A child of the host's generator, whose own numbers stay the same whether or not anybody asks for this.
            self.state._value = np.array([generator.spawn(1)[0].integers(2**31), 0], "int32")
        return self


class UnseededDraw(RuntimeError, ValueError):
    """Raised where random numbers without a seed would be the same at every run of a program."""

    def __init__(self) -> None:
        super().__init__(
            "A random function without a `seed` was called in compiled code, which would repeat its numbers. "
            "Make a `hornbeam.random.SeedGenerator()` an attribute of the layer or model and pass it as `seed`."
        )


_shared = UnseededGenerator("shared_seed_generator")


def unseeded() -> UnseededGenerator | None:
    """What numbers without a seed come from: that of the running program, where it has one; else everyone's."""
    return running.generator if is_pure() else _outside_programs().started()


def _outside_programs() -> UnseededGenerator:
    """Everyone's, or that of a thread with numbers of its own."""
    if running.host is None:
        return _shared
    if running.unseeded is None:
        running.unseeded = UnseededGenerator("shared_seed_generator")
    return running.unseeded


def next_unseeded() -> Any:
    """The next pair for who gives no seed.

    Raises:
        UnseededDraw: in a program that has no generator for it, a user's `jax.jit` among them.
    """
    generator = running.generator or _outside_programs()
    if running.scope is not None and running.scope.find(generator.state) is not None:
        return generator.next()
    if is_pure() or (running.probe is None and engine.is_traced(engine.full((), 0, "int32"))):
        raise UnseededDraw
    with engine.eager():  # shapes may be being traced: the count must stay a number
        return generator.started().next()


_STEP = np.array([0, 1], "int32")


def _seed_by_environment(given: str | None) -> None:
    if not given:
        return
    if not given.isdecimal() or int(given) >= 2**32:
        raise ValueError(f"HORNBEAM_SEED must be an integer in [0, 2**32), or not set. Received: {given!r}.")
    set_random_seed(int(given))


_seed_by_environment(os.environ.get("HORNBEAM_SEED"))
