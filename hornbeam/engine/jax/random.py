"""Random numbers: a key is a uint32 array of shape (2,), whatever generator the user made JAX's default.

On a CPU the bits are a hash of the element's number and of words drawn from the key by threefry. Dropout with threefry
for every element takes 2.5 to 5 times as long (jax 0.10.2, 2 AVX-512 cores;
`benchmarks/questions/convolution_net_parts.py`).
"""

import math

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from hornbeam.engine.jax.arrays import as_dtype, asarray
from hornbeam.engine.jax.placement import on_cpu


def _key(key):
    return jax.random.wrap_key_data(key, impl="threefry2x32")


def random_key(seed):
    if isinstance(seed, jax.Array) and jnp.issubdtype(seed.dtype, jax.dtypes.prng_key):
        return jax.random.key_data(seed)
    return asarray(seed, "uint32")


def random_split(key, n):
    return jax.random.key_data(jax.random.split(_key(key), n))


def random_bits(key, shape):
    shape = tuple(shape)
    if not on_cpu() or not shape or math.prod(shape) >= 2**32:
        return jax.random.bits(_key(key), shape, jnp.uint32)
    a, b, c, d = jax.random.bits(_key(key), (4,), jnp.uint32)
    i = lax.iota(jnp.uint32, math.prod(shape))
    # Each `_mixed` of a number is a permutation, which never repeats itself; the sum of two does, as chance would.
    return (_mixed(_mixed(i + a) ^ b) + _mixed((i ^ c) * np.uint32(0x9E3779B1) + d)).reshape(shape)


def _mixed(h):
    """A permutation of 32 bits in which each bit depends on every other one (Wellons 2018, Prospecting for hash
    functions, with the constants found later: bias 0.107)."""
    h = (h ^ (h >> 16)) * np.uint32(0x21F0AAAD)
    h = (h ^ (h >> 15)) * np.uint32(0xD35A2D97)
    return h ^ (h >> 15)


def _uniform(key, shape):
    """In [0, 1), multiples of 2**-23, as JAX's own."""
    bits = random_bits(key, shape)
    return lax.bitcast_convert_type((bits >> 9) | np.uint32(0x3F800000), jnp.float32) - 1


def _by_hash(dtype) -> bool:
    return on_cpu() and as_dtype(dtype) == jnp.float32


def random_uniform(key, shape, dtype):
    return _uniform(key, shape) if _by_hash(dtype) else jax.random.uniform(_key(key), tuple(shape), as_dtype(dtype))


def random_normal(key, shape, dtype):
    if not _by_hash(dtype):
        return jax.random.normal(_key(key), tuple(shape), as_dtype(dtype))
    lowest = np.nextafter(np.float32(-1), np.float32(0))
    return np.float32(np.sqrt(2)) * lax.erf_inv(jnp.maximum(2 * _uniform(key, shape) - 1, lowest))


def random_gamma(key, alpha, shape, dtype):
    return jax.random.gamma(_key(key), asarray(alpha, dtype), tuple(shape), as_dtype(dtype))


def random_permutation(key, n):
    return jax.random.permutation(_key(key), n).astype(jnp.int32)
