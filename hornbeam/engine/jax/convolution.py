"""Convolutions: XLA's, or on a CPU another formulation where XLA's is slow.

Measured with jax 0.10.2 on 2 AVX-512 cores (`benchmarks/questions/convolutions.py`).
"""

import functools
import math

import jax
import jax.numpy as jnp
import numpy as np

from hornbeam.engine.jax import few_channels
from hornbeam.engine.jax.arrays import promoted
from hornbeam.engine.jax.placement import on_cpu
from hornbeam.engine.jax.window import Window, convolve, padded, taps

_MOST_TERMS = 27  # taps times input channels of `few_in`: 5 x 5 of a grey image, 3 x 3 of a coloured one
_MOST_OUTPUTS_OF_TERMS = 32
_FEW_OUTPUTS = 8
_CHANNELS_OF_A_BLOCK = 64


def conv(x, kernel, strides, pads, dilation, groups):
    x, kernel = promoted(x, kernel)
    window = Window(tuple(strides), tuple(map(tuple, pads)), tuple(dilation))
    return _conv_on_cpu(window, x, kernel, groups) if on_cpu() else convolve(window, x, kernel, groups)


def _conv_on_cpu(window, x, kernel, groups):
    *size, inputs, outputs = kernel.shape
    if x.dtype != jnp.float32 or x.size == 0:
        return convolve(window, x, kernel, groups)
    if groups > 1:
        is_depthwise = inputs == 1 and groups == x.shape[-1]
        return few_channels.depthwise(window, x, kernel) if is_depthwise else _grouped(window, x, kernel, groups)
    if math.prod(size) == 1:
        return _pointwise(window, x, kernel)
    if math.prod(size) * inputs <= _MOST_TERMS and outputs <= _MOST_OUTPUTS_OF_TERMS:
        return few_channels.few_in(window, x, kernel)
    if len(size) == 3:
        return _by_planes(window, x, kernel)
    if outputs <= _FEW_OUTPUTS and set(window.strides) == {1}:
        return few_channels.few_out(window, x, kernel)
    return convolve(window, x, kernel)


def _pointwise(window, x, kernel):
    """A kernel of one tap is a product of two matrices, up to twice as fast with its gradients."""
    x = padded(x, window.pads)[(slice(None), *(slice(None, None, s) for s in window.strides))]
    inputs, outputs = kernel.shape[-2:]
    return (x.reshape(-1, inputs) @ kernel.reshape(inputs, outputs)).reshape(*x.shape[:-1], outputs)


def _by_planes(window, x, kernel):
    """A volume as many images, one convolution for each plane of the kernel: 5 times as fast both ways as XLA's."""
    (stride, *strides), (pad, *pads), (distance, *dilation) = window
    along_depth = Window((stride, 1, 1), (), (distance, 1, 1))
    of_images = Window(tuple(strides), tuple(pads), tuple(dilation))
    parts = [part for _, part in taps(padded(x, (pad, (0, 0), (0, 0))), (len(kernel), 1, 1), along_depth)]

    def convolved(i):
        images = parts[i].reshape(-1, *parts[i].shape[2:])
        return _conv_on_cpu(of_images, images, kernel[i], 1)

    y = functools.reduce(jnp.add, map(convolved, range(len(kernel))))
    return y.reshape(*parts[0].shape[:2], *y.shape[1:])


def _grouped(window, x, kernel, groups):
    """Some groups at a time, as one convolution with zeros between them: 17 to 90 times as fast both ways as XLA's."""
    *size, inputs, outputs = kernel.shape
    together = max(
        n for n in range(1, groups + 1) if groups % n == 0 and (n * inputs <= _CHANNELS_OF_A_BLOCK or n == 1)
    )
    blocks = groups // together
    apart = kernel.reshape(*size, 1, inputs, blocks, together, outputs // groups)
    own = np.eye(together, dtype=bool)[:, None, None, :, None]
    dense = jnp.where(own, apart, 0).reshape(*size, together * inputs, outputs)
    parts = zip(jnp.split(x, blocks, -1), jnp.split(dense, blocks, -1), strict=True)
    return jnp.concatenate([convolve(window, part, weights) for part, weights in parts], -1)


def conv_transpose(x, kernel, strides, pads, dilation, output_size):
    x, kernel = promoted(x, kernel)
    starts = tuple(low for low, _ in pads)
    if set(strides) == {1}:
        window = _of_stretched(x, kernel, strides, starts, dilation, output_size)
        return conv(x, _flipped(kernel), window.strides, window.pads, window.dilation, 1)
    transposed = _transposed if on_cpu() else _transposed.fun
    return transposed(tuple(strides), starts, tuple(dilation), tuple(output_size), x, kernel)


@functools.partial(jax.custom_vjp, nondiff_argnums=(0, 1, 2, 3))
def _transposed(strides, starts, dilation, output_size, x, kernel):
    """The gradient of a convolution by its input: convolve the stretched x with the flipped kernel."""
    window = _of_stretched(x, kernel, strides, starts, dilation, output_size)
    return convolve(window, x, _flipped(kernel), stretch=strides)


def _of_stretched(x, kernel, strides, starts, dilation, output_size):
    pads = []
    for m, n, w, s, d, low in zip(x.shape[1:-1], output_size, kernel.shape, strides, dilation, starts, strict=False):
        stretched, reach = (m - 1) * s + 1, (w - 1) * d
        pads.append((reach - low, n - stretched + low))
    return Window((1,) * len(pads), tuple(pads), tuple(dilation))


def _flipped(kernel):
    return jnp.swapaxes(jnp.flip(kernel, range(kernel.ndim - 2)), -1, -2)


def _transposed_backward(strides, starts, dilation, output_size, saved, dy):
    """By the convolution that leads from dy to x; XLA's gradients of the form above take 2 to 11 times as long."""
    x, kernel = saved
    pads = []
    for m, n, w, s, d, low in zip(x.shape[1:-1], output_size, kernel.shape, strides, dilation, starts, strict=False):
        pads.append((low, (m - 1) * s + (w - 1) * d + 1 - n - low))
    dx, by_kernel = jax.vjp(lambda kernel: conv(dy, kernel, strides, pads, dilation, 1), kernel)
    return dx, *by_kernel(x)


_transposed.defvjp(lambda *args: (_transposed(*args), args[-2:]), _transposed_backward)
