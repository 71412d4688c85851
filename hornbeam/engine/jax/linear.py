"""Contractions, decompositions and Fourier transforms."""

import jax.numpy as jnp
from jax import lax

from hornbeam.engine.jax.arrays import HALF, promoted


def matmul(x1, x2):
    return jnp.matmul(x1, x2)


def einsum(subscripts, *xs):
    return jnp.einsum(subscripts, *xs)


def cholesky(x):
    return jnp.linalg.cholesky(x)


def qr(x, mode="reduced"):
    return tuple(jnp.linalg.qr(x, mode))


def solve(a, b):
    return jnp.linalg.solve(a, b)


def svd(x, full_matrices=True):
    return tuple(jnp.linalg.svd(x, full_matrices=full_matrices))


def rfft(x, n):
    y = jnp.fft.rfft(x.astype(jnp.float32) if x.dtype.name in HALF else x, n)
    return y.real, y.imag


def irfft(real, imag, n):
    return jnp.fft.irfft(lax.complex(*promoted(real, imag)), n)
