"""Fourier transforms. Complex signals are pairs of real and imaginary parts."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, floating, op

Pair = tuple[Any, Any]


@op
def rfft(x: Array, fft_length: int | None = None) -> tuple[Array, Array]:
    """The Fourier transform of real signals: real and imaginary parts of `fft_length // 2 + 1` frequencies."""
    return engine.rfft(floating(x), x.shape[-1] if fft_length is None else fft_length)


def irfft(x: tuple[Any, Any], fft_length: int | None = None) -> Array:
    """The real signal whose `rfft` is `x`, a pair of real and imaginary parts."""
    return _irfft(*pair(x), fft_length)


@op
def _irfft(real: Array, imag: Array, fft_length: int | None) -> Array:
    return engine.irfft(real, imag, 2 * (real.shape[-1] - 1) if fft_length is None else fft_length)


def fft(x: Pair) -> Pair:
    """The Fourier transform of complex signals along the last axis.

    Args:
        x: real and imaginary parts, of one shape.
    """
    real, imag = pair(x)
    return _fft(real, imag, 1)


def fft2(x: Pair) -> Pair:
    """The Fourier transform of complex images along the last two axes.

    Args:
        x: real and imaginary parts, of one shape.
    """
    real, imag = pair(x)
    return _fft(real, imag, 2)


def ifft2(x: Pair) -> Pair:
    """The complex images whose `fft2` is `x`.

    Args:
        x: real and imaginary parts, of one shape.
    """
    real, imag = pair(x)
    back, front = _fft(imag, real, 2)  # F(i conj(z)) = i conj(n F⁻¹(z)): exchange the parts before and after
    count = real.shape[-1] * real.shape[-2]
    return front / count, back / count


def pair(x: Any) -> Pair:
    """Real and imaginary parts, or an error with a sentence."""
    if not isinstance(x, tuple | list) or len(x) != 2:
        raise ValueError(f"`x` must be a pair of arrays, (real, imag). Received: x={x!r}.")
    return x[0], x[1]


@op
def _fft(real: Array, imag: Array, axes: int) -> tuple[Array, Array]:
    real, imag = floating(real), floating(imag)
    for axis in range(-1, -1 - axes, -1):
        parts = _along_last(*(arrays.swapaxes(part, axis, -1) for part in (real, imag)))
        real, imag = (arrays.swapaxes(part, axis, -1) for part in parts)
    return real, imag


def _along_last(real: Array, imag: Array) -> tuple[Array, Array]:
    """F(a + ib) = F(a) + i F(b)."""
    (a, b), (c, d) = _whole(real), _whole(imag)
    return a - d, b + c


def _whole(x: Array) -> tuple[Array, Array]:
    """All frequencies of a real signal: those of `rfft`, and their conjugates in reverse."""
    n = x.shape[-1]
    real, imag = engine.rfft(x, n)
    frequency = np.arange(n)
    mirrored = frequency > n // 2
    places = engine.asarray(np.where(mirrored, n - frequency, frequency).astype(np.int32))
    real, imag = (engine.take(part, places, len(x.shape) - 1) for part in (real, imag))
    return real, imag * engine.asarray(np.where(mirrored, -1.0, 1.0), engine.dtype_name(imag))
