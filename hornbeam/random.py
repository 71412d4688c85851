"""Random numbers of the active engine.

`seed` is an integer for the same numbers at every call, a `SeedGenerator` for other ones each time, or `None` for a
generator that belongs to everyone, and restarts with `set_random_seed`. A compiled step of a model has one of its own.
In code that a user compiles, with `jax.jit`, `None` is an error; there a key of JAX's may be the seed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core import dtypes
from hornbeam.core.brief import shown_shape
from hornbeam.core.random_keys import Seed, draw_key
from hornbeam.core.rng import SeedGenerator
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, ArrayOrScalar, floating, normalize_axis, op

# fmt: off
__all__ = [
    "SeedGenerator", "normal", "truncated_normal", "uniform", "randint", "categorical", "gamma", "beta", "binomial",
    "dropout", "shuffle",
]
# fmt: on


def _float_dtype(name: str, dtype: Any) -> str:
    dtype = dtypes.standardize(dtype)
    if not dtypes.is_float(dtype):
        raise ValueError(f"`random.{name}` draws floats: `dtype` must be a float dtype. Received: dtype={dtype!r}.")
    return dtype


def normal(shape: Sequence[int], mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Seed = None) -> Array:
    """Draws from a normal distribution."""
    return engine.random_normal(draw_key(seed), tuple(shape), _float_dtype("normal", dtype)) * stddev + mean


def truncated_normal(
    shape: Sequence[int], mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Seed = None
) -> Array:
    """Draws from a normal distribution without what is more than two standard deviations from the mean."""
    dtype = _float_dtype("truncated_normal", dtype)
    # z = sqrt(2) erfinv(v) is normal for v uniform in (-1, 1); |z| < 2 when |v| < erf(sqrt(2)).
    edge = math.erf(math.sqrt(2))
    v = (2 * engine.random_uniform(draw_key(seed), tuple(shape), "float32") - 1) * edge
    z = engine.minimum(engine.maximum(math.sqrt(2) * engine.erfinv(v), -2.0), 2.0)
    return engine.cast(z * stddev + mean, dtype)


def uniform(
    shape: Sequence[int], minval: float = 0.0, maxval: float = 1.0, dtype: Any = None, seed: Seed = None
) -> Array:
    """Draws from a uniform distribution over [minval, maxval)."""
    u = engine.random_uniform(draw_key(seed), tuple(shape), _float_dtype("uniform", dtype))
    return u * (maxval - minval) + minval


def randint(shape: Sequence[int], minval: int, maxval: int, dtype: Any = "int32", seed: Seed = None) -> Array:
    """Whole numbers from minval up to, not including, maxval, all equally likely.

    >>> import hornbeam
    >>> bool(hornbeam.ops.all(hornbeam.random.randint((100,), 3, 5, seed=1) < 5))
    True
    """
    dtype = dtypes.standardize(dtype)
    if dtype not in dtypes.SIGNED + dtypes.UNSIGNED:
        raise ValueError(f"`random.randint` draws integers: `dtype` must be one of them. Received: dtype={dtype!r}.")
    # The remainder of 31 random bits: the likelihoods differ by a factor of range / 2**31.
    bits = engine.cast(engine.right_shift(engine.random_bits(draw_key(seed), tuple(shape)), 1), "int32")
    return engine.cast(engine.remainder(bits, maxval - minval) + minval, dtype)


@op
def categorical(logits: Array, num_samples: int, dtype: Any = "int32", seed: Seed = None) -> Array:
    """`num_samples` classes for each row of `logits`, with probabilities `softmax(logits)`.

    Args:
        logits: shape (batch, classes).
        num_samples: how many to draw for each row.
        dtype: of the result, whose shape is (batch, num_samples).
        seed: an integer, a `SeedGenerator`, or `None`.
    """
    if len(logits.shape) != 2:
        raise ValueError(f"`logits` must have the shape (batch, classes). Received: {shown_shape(logits.shape)}.")
    # The index of the largest logit plus Gumbel noise has these probabilities.
    logits = engine.cast(floating(logits), "float32")
    u = engine.random_uniform(draw_key(seed), (logits.shape[0], num_samples, logits.shape[1]), "float32")
    chosen = engine.argmax(logits[:, None, :] - engine.log(-engine.log(u)), 2)
    return engine.cast(chosen, dtypes.standardize(dtype))


@op
def gamma(shape: Sequence[int], alpha: ArrayOrScalar, dtype: Any = None, seed: Seed = None) -> Array:
    """Draws from a gamma distribution of shape `alpha` and scale 1."""
    return engine.random_gamma(draw_key(seed), alpha, tuple(shape), dtypes.standardize(dtype))


@op
def beta(
    shape: Sequence[int], alpha: ArrayOrScalar, beta: ArrayOrScalar, dtype: Any = None, seed: Seed = None
) -> Array:
    """Draws from a beta distribution: `a / (a + b)` of two gamma draws."""
    dtype = dtypes.standardize(dtype)
    key_a, key_b = engine.random_split(draw_key(seed), 2)
    a = engine.random_gamma(key_a, alpha, tuple(shape), dtype)
    return a / (a + engine.random_gamma(key_b, beta, tuple(shape), dtype))


@op
def binomial(
    shape: Sequence[int], counts: ArrayOrScalar, probabilities: ArrayOrScalar, dtype: Any = None, seed: Seed = None
) -> Array:
    """How many of `counts` trials succeed, each with one of `probabilities`.

    The distance from one success to the next is geometric (Devroye, 1986, X.4.3), so the time grows with the mean.
    """
    shape = tuple(shape)
    n, p = (engine.broadcast_to(engine.asarray(x, "float32"), shape) for x in (counts, probabilities))
    rare = engine.minimum(p, 1 - p)

    def step(state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        key, place, successes = state
        key, key_now = engine.random_split(key, 2)
        u = engine.random_uniform(key_now, shape, "float32")
        place = place + 1 + engine.floor(engine.log1p(-u) / engine.log1p(-rare))
        return key, place, successes + engine.cast(place <= n, "float32")

    zeros = engine.full(shape, 0, "float32")
    start = (draw_key(seed), engine.where(rare > 0, zeros, math.inf), zeros)
    successes = engine.while_loop(lambda state: engine.any(state[1] <= n), step, start)[2]
    return engine.cast(engine.where(p > 0.5, n - successes, successes), dtypes.standardize(dtype))


@op
def dropout(inputs: Array, rate: float, noise_shape: Sequence[int | None] | None = None, seed: Seed = None) -> Array:
    """`inputs` with the fraction `rate` of the elements set to 0 and the others divided by `1 - rate`.

    Args:
        inputs: an array.
        rate: in [0, 1].
        noise_shape: the shape of the choice, which broadcasts; `None` in it is the size of `inputs` there.
        seed: an integer, a `SeedGenerator`, or `None`.
    """
    if not engine.is_traced(rate):
        if not 0 <= rate <= 1:
            raise ValueError(f"`rate` must be in [0, 1]. Received: rate={rate}.")
        if rate == 0:
            return inputs
        if rate == 1:
            return arrays.zeros_like(inputs)
    sizes = inputs.shape if noise_shape is None else noise_shape
    shape = tuple(n if size is None else size for size, n in zip(sizes, inputs.shape, strict=True))
    kept = engine.random_uniform(draw_key(seed), shape, "float32") >= rate
    return engine.where(kept, inputs / (1 - rate), 0)


@op
def shuffle(x: Array, axis: int = 0, seed: Seed = None) -> Array:
    """`x` with its slices along `axis` in random order."""
    axis = normalize_axis(axis, len(x.shape))
    return engine.take(x, engine.random_permutation(draw_key(seed), x.shape[axis]), axis)
