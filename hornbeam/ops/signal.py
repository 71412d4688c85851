"""Windows, frames and Fourier transforms of signals along the last axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, as_array, floating, op

# fmt: off
__all__ = ["rfft", "irfft", "extract_sequences", "bartlett", "blackman", "hamming", "hanning", "kaiser"]
# fmt: on


@op
def rfft(x: Array, fft_length: int | None = None) -> tuple[Array, Array]:
    """The Fourier transform of real signals: real and imaginary parts of `fft_length // 2 + 1` frequencies."""
    return engine.rfft(floating(x), x.shape[-1] if fft_length is None else fft_length)


def irfft(x: tuple[Any, Any], fft_length: int | None = None) -> Array:
    """The real signal whose `rfft` is `x`, a pair of real and imaginary parts."""
    return _irfft(*x, fft_length)


@op
def _irfft(real: Array, imag: Array, fft_length: int | None) -> Array:
    return engine.irfft(real, imag, 2 * (real.shape[-1] - 1) if fft_length is None else fft_length)


@op(passes_values=True)
def extract_sequences(x: Array, sequence_length: int, sequence_stride: int) -> Array:
    """Overlapping frames along the last axis, which becomes (frames, sequence_length)."""
    frames = (x.shape[-1] - sequence_length) // sequence_stride + 1
    places = np.arange(frames)[:, None] * sequence_stride + np.arange(sequence_length)
    return engine.take(x, engine.asarray(places.astype(np.int32)), len(x.shape) - 1)


def _window(window: np.ndarray) -> Array:
    return engine.asarray(window.astype(np.float32))


def bartlett(x: Any) -> Array:
    """A triangle of `x` points."""
    return _window(np.bartlett(_count(x)))


def blackman(x: Any) -> Array:
    """The Blackman window of `x` points."""
    return _window(np.blackman(_count(x)))


def hamming(x: Any) -> Array:
    """The Hamming window of `x` points."""
    return _window(np.hamming(_count(x)))


def hanning(x: Any) -> Array:
    """The Hann window of `x` points."""
    return _window(np.hanning(_count(x)))


def kaiser(x: Any, beta: float) -> Array:
    """The Kaiser window of `x` points and shape `beta`."""
    return _window(np.kaiser(_count(x), float(beta)))


def _count(x: Any) -> int:
    return int(arrays.convert_to_numpy(as_array(x)))
