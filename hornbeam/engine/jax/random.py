"""Random numbers: a key is a uint32 array of shape (2,), whatever generator the user made JAX's default."""

import jax
import jax.numpy as jnp

from hornbeam.engine.jax.arrays import as_dtype, asarray


def _key(key):
    return jax.random.wrap_key_data(key, impl="threefry2x32")


def random_key(seed):
    return asarray(seed, "uint32")


def random_split(key, n):
    return jax.random.key_data(jax.random.split(_key(key), n))


def random_bits(key, shape):
    return jax.random.bits(_key(key), tuple(shape), jnp.uint32)


def random_uniform(key, shape, dtype):
    return jax.random.uniform(_key(key), tuple(shape), as_dtype(dtype))


def random_normal(key, shape, dtype):
    return jax.random.normal(_key(key), tuple(shape), as_dtype(dtype))


def random_gamma(key, alpha, shape, dtype):
    return jax.random.gamma(_key(key), asarray(alpha, dtype), tuple(shape), as_dtype(dtype))


def random_permutation(key, n):
    return jax.random.permutation(_key(key), n).astype(jnp.int32)
