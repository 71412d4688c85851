"""Pooling by strided slices, for a CPU: XLA's gradients of windows (select-and-scatter, sums) are slow there.

Forward and backward (jax 0.10.2, 2 AVX-512 cores, `benchmarks/questions/pooling.py`): max-pooling is 4 to 18 times as
fast as by XLA's operations, sums over windows that overlap 4 to 10 times. Windows side by side of fewer than 16
channels go the way of those that overlap, which is up to 10 times as fast for them.
"""

import functools
import itertools
import math

import jax
import jax.numpy as jnp
import numpy as np

from hornbeam.engine.jax.window import Window, padded, taps

_MOST_TAPS = 49
_WIDE = 16  # channels


def takes(x, size) -> bool:
    return math.prod(size) <= _MOST_TAPS and jnp.issubdtype(x.dtype, jnp.floating)


def sum_by_slices(x, size, strides, pads):
    return functools.reduce(jnp.add, _elements(padded(x, pads), size, strides))


def max_by_slices(x, size, strides, pads):
    """The maxima of windows; at a tie the first element gets the gradient."""
    return _max(tuple(size), tuple(strides), padded(x, pads, -np.inf))


def _elements(x, size, strides):
    """The first elements of all windows, the second ones, ..."""
    return (element for _, element in taps(x, size, Window(tuple(strides), (), (1,) * len(size))))


@functools.partial(jax.custom_vjp, nondiff_argnums=(0, 1))
def _max(size, strides, x):
    return functools.reduce(jnp.maximum, _elements(x, size, strides))


def _forward(size, strides, x):
    elements = _elements(x, size, strides)
    largest = next(elements)
    winner = jnp.zeros(largest.shape, jnp.int8)
    for i, element in enumerate(elements, 1):
        winner = jnp.where(element > largest, np.int8(i), winner)
        largest = jnp.maximum(largest, element)
    return largest, (winner, jnp.zeros((0, *x.shape[1:-1]), jnp.int8))


def _backward(size, strides, saved, dy):
    winner, like = saved
    is_wide = dy.shape[-1] >= _WIDE  # of few channels, each element of a window would be a short run
    by_windows = _of_windows_side_by_side if size == strides and is_wide else _of_windows_that_overlap
    return (by_windows(size, strides, like.shape[1:], winner, dy),)


def _of_windows_side_by_side(size, strides, pixels, winner, dy):
    """A window's value meets each of its elements."""
    spread = (slice(None), *(slice(None), None) * len(size))
    places = np.arange(math.prod(size), dtype=np.int8).reshape(
        (1, *itertools.chain.from_iterable((1, w) for w in size), 1)
    )
    covered = [n * w for n, w in zip(dy.shape[1:-1], size, strict=True)]
    dx = jnp.where(winner[spread] == places, dy[spread], 0).reshape(len(dy), *covered, dy.shape[-1])
    return padded(dx, [(0, n - c) for n, c in zip(pixels, covered, strict=True)])


def _of_windows_that_overlap(size, strides, pixels, winner, dy):
    """By phases: for a stride of 2, the even pixels and the odd ones, each a sum over the windows that reach them."""
    counts = [-(-n // s) for n, s in zip(pixels, strides, strict=True)]  # of pixels of a phase
    before = [(w - 1) // s for w, s in zip(size, strides, strict=True)]
    around = [(b, max(c - n, 0)) for b, c, n in zip(before, counts, dy.shape[1:-1], strict=True)]
    winner, dy = padded(winner, around, -1), padded(dy, around)

    def gradient(phase):
        parts = []
        for place in itertools.product(*(range(p, w, s) for p, w, s in zip(phase, size, strides, strict=True))):
            starts = (b - (i - p) // s for b, i, p, s in zip(before, place, phase, strides, strict=True))
            cut = (slice(None), *(slice(start, start + c) for start, c in zip(starts, counts, strict=True)))
            parts.append(jnp.where(winner[cut] == np.ravel_multi_index(place, size), dy[cut], 0))
        return functools.reduce(jnp.add, parts) if parts else jnp.zeros((len(dy), *counts, dy.shape[-1]), dy.dtype)

    def interleaved(phase):
        axis = len(phase)
        if axis == len(size):
            return gradient(phase)
        return jnp.stack([interleaved((*phase, p)) for p in range(strides[axis])], axis + 2)

    dx = interleaved(()).reshape(len(dy), *(c * s for c, s in zip(counts, strides, strict=True)), dy.shape[-1])
    return dx[(slice(None), *map(slice, pixels))]


_max.defvjp(_forward, _backward)
