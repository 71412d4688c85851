"""Convolutions of few channels as sums and matrix products, for a CPU: XLA's own are made for many channels.

XLA's time over the time here, forward and backward, is 2 to 3 for first layers, 1.6 to 2.6 with up to eight channels
out and 20 to 50 channel by channel (jax 0.10.2, 2 AVX-512 cores, `benchmarks/questions/convolutions.py`).
"""

import functools
import math

import jax
import jax.numpy as jnp
from jax import lax

from hornbeam.engine.jax.window import convolve, padded, taps

BYTES_AT_ONCE = 8 << 20  # of the products with all taps; more would leave the cache


def _sum(terms):
    return functools.reduce(jnp.add, terms)


@functools.partial(jax.custom_jvp, nondiff_argnums=(0,))
def few_in(window, x, kernel):
    """y = sum over taps and input channels of (shifted x) (weights of the tap): one loop over the image."""
    parts = taps(padded(x, window.pads), kernel.shape[:-2], window)
    return _sum(part[..., c : c + 1] * kernel[(*tap, c)] for tap, part in parts for c in range(x.shape[-1]))


@few_in.defjvp
def _few_in_tangent(window, primals, tangents):
    (x, kernel), (dx, dk) = primals, tangents
    # The transposes of XLA's convolution are as fast as anything else here.
    return few_in(window, x, kernel), convolve(window, dx, kernel) + convolve(window, x, dk)


@functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
def few_out(window, x, kernel):
    """z = x K, each pixel with all taps at once; y = sum over taps of shifted z. For strides of 1."""
    *size, inputs, outputs = kernel.shape

    def piece(x):
        x = padded(x, window.pads)
        z = (x.reshape(-1, inputs) @ _matrix(kernel)).reshape(*x.shape[:-1], -1)
        parts = enumerate(part for _, part in taps(z, size, window))
        return _sum(part[..., i * outputs : (i + 1) * outputs] for i, part in parts)

    y = lax.map(piece, _in_pieces(x, kernel))
    return y.reshape(-1, *y.shape[2:])


def _few_out_backward(window, saved, dy):
    """dz holds dy at the place of each tap; dx = dz K', dK = x' dz."""
    x, kernel = saved
    *size, inputs, outputs = kernel.shape
    reach = [(w - 1) * d for w, d in zip(size, window.dilation, strict=True)]
    around = [(r - low, r - high) for r, (low, high) in zip(reach, window.pads, strict=True)]
    xs = _in_pieces(x, kernel)

    def piece(dk, x_and_dy):
        x, dy = x_and_dy
        at_taps = [part for _, part in taps(padded(dy, around), size, window)]
        dz = jnp.stack(at_taps[::-1], -2).reshape(-1, len(at_taps) * outputs)
        return dk + x.reshape(-1, inputs).T @ dz, (dz @ _matrix(kernel).T).reshape(x.shape)

    start = jnp.zeros((inputs, math.prod(size) * outputs), x.dtype)
    dk, dx = lax.scan(piece, start, (xs, dy.reshape(*xs.shape[:2], *dy.shape[1:])))
    return dx.reshape(x.shape), jnp.moveaxis(dk.reshape(inputs, *size, outputs), 0, -2)


few_out.defvjp(lambda window, x, kernel: (few_out(window, x, kernel), (x, kernel)), _few_out_backward)


def _matrix(kernel):
    """The kernel as (input channels, taps and output channels)."""
    return jnp.moveaxis(kernel, -2, 0).reshape(kernel.shape[-2], -1)


def _in_pieces(x, kernel):
    """`x` as (pieces, images of a piece, ...), of pieces whose products with all taps fit the cache."""
    size = x.dtype.itemsize * math.prod(x.shape[:-1]) * kernel.size // kernel.shape[-2]
    pieces = next(n for n in range(1, len(x) + 1) if len(x) % n == 0 and (size <= n * BYTES_AT_ONCE or n == len(x)))
    return x.reshape(pieces, -1, *x.shape[1:])


@functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
def depthwise(window, x, kernel):
    """y = sum over taps of (shifted x) (weights of the tap), channel by channel."""
    parts = taps(_for_each_output(window, x, kernel), kernel.shape[:-2], window)
    return _sum(part * kernel[(*tap, 0)] for tap, part in parts)


def _for_each_output(window, x, kernel):
    return padded(jnp.repeat(x, kernel.shape[-1] // x.shape[-1], -1), window.pads)


def _depthwise_backward(window, saved, dy):
    x, kernel = saved
    (dx,) = jax.linear_transpose(lambda x: depthwise.fun(window, x, kernel), x)(dy)

    def image(dk, x_and_dy):
        x, dy = x_and_dy
        products = ((part[0] * dy).sum(0) for _, part in taps(x[None], kernel.shape[:-2], window))
        return dk + jnp.stack(list(products)), None

    # Summed over images and rows first, along the channels' way through memory; the rest is small.
    start = jnp.zeros((math.prod(kernel.shape[:-2]), *dy.shape[2:]), dy.dtype)
    dk, _ = lax.scan(image, start, (_for_each_output(window, x, kernel), dy))
    return dx, dk.sum(range(1, dk.ndim - 1)).reshape(kernel.shape)


depthwise.defvjp(lambda window, x, kernel: (depthwise(window, x, kernel), (x, kernel)), _depthwise_backward)
