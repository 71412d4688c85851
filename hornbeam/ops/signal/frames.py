"""Frames of signals along the last axis: overlapping parts, and their Fourier transforms."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import allowance
from hornbeam.core.brief import shown_shape
from hornbeam.core.integers import check_count
from hornbeam.core.promotion import common_floats
from hornbeam.ops.arrays.complex import conj
from hornbeam.ops.dispatch import Array, as_array, floating, op
from hornbeam.ops.signal.fourier import pair


@op(passes_values=True)
def extract_sequences(x: Array, sequence_length: int, sequence_stride: int) -> Array:
    """Overlapping frames along the last axis, which becomes (frames, sequence_length)."""
    check_count("sequence_length", sequence_length, 1)
    check_count("sequence_stride", sequence_stride, 1)
    frames = (x.shape[-1] - sequence_length) // sequence_stride + 1
    places = np.arange(frames)[:, None] * sequence_stride + np.arange(sequence_length)
    return engine.take(x, engine.asarray(places.astype(np.int32)), len(x.shape) - 1)


@op
def stft(
    x: Array,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    window: Any = "hann",
    center: bool = True,
) -> tuple[Array, Array]:
    """The Fourier transforms of overlapping frames: real and imaginary parts, shape (..., frames, frequencies).

    Args:
        x: floats of shape (..., samples).
        sequence_length: of a frame.
        sequence_stride: from frame to frame.
        fft_length: of the transform; frames are padded with zeros on both sides.
        window: "hann", "hamming", an array of `sequence_length` numbers, or None: frames of `fft_length` as they are.
        center: whether frames are centred at multiples of the stride: the signal is mirrored at its ends.
    """
    x = floating(x)
    w = _window(window, sequence_length, fft_length, engine.dtype_name(x))
    if center:
        half = fft_length // 2
        x = engine.pad(x, [(0, 0)] * (len(x.shape) - 1) + [(half, half)], "reflect")
    return engine.rfft(extract_sequences(x, fft_length, sequence_stride) * w, fft_length)


def istft(
    x: tuple[Any, Any],
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    length: int | None = None,
    window: Any = "hann",
    center: bool = True,
) -> Array:
    """The signal whose `stft` is `x`: frames weighted by the window and added, over the sum of its squares.

    Args:
        x: real and imaginary parts, of shape (..., frames, frequencies).
        sequence_length: of a frame.
        sequence_stride: from frame to frame.
        fft_length: of the transform.
        length: of the signal at most; by default as far as the frames reach, without what was mirrored.
        window: as for `stft`.
        center: as for `stft`.
    """
    check_count("sequence_stride", sequence_stride, 1)
    return _istft(*pair(x), sequence_length, sequence_stride, fft_length, length, window, center)


@op
def _istft(
    real: Array,
    imag: Array,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    length: int | None,
    window: Any,
    center: bool,
) -> Array:
    real, imag = floating(real), floating(imag)
    w = _window(window, sequence_length, fft_length, engine.dtype_name(real))
    frames = engine.irfft(real, imag, fft_length) * w
    weights = engine.broadcast_to(w * w, tuple(frames.shape[-2:]))
    total, weight = _overlapped(frames, sequence_stride), _overlapped(weights, sequence_stride)
    y = total / engine.where(weight > 1e-8, weight, 1.0)
    first = fft_length // 2 if center else 0
    last = y.shape[-1] - first if length is None else first + length
    return y[..., first:last]


def _overlapped(frames: Array, stride: int) -> Array:
    """Frames (..., frames, length) added where they overlap."""
    *batch, count, length = frames.shape
    places = np.arange(count)[:, None] * stride + np.arange(length)
    rows = engine.transpose(engine.reshape(frames, (-1, count * length)), (1, 0))
    total = engine.full((int(places.max()) + 1, rows.shape[1]), 0, engine.dtype_name(frames))
    added = engine.scatter_add(total, engine.asarray(places.reshape(-1, 1).astype(np.int32)), rows)
    return engine.reshape(engine.transpose(added, (1, 0)), (*batch, -1))


def _window(window: Any, length: int, fft_length: int, dtype: str) -> Array:
    """The window, with zeros on both sides."""
    if fft_length < length:
        raise ValueError(
            f"`fft_length` must be at least `sequence_length`. Received: fft_length={fft_length}, "
            f"sequence_length={length}."
        )
    if window is None:
        return engine.full((fft_length,), 1, dtype)
    if isinstance(window, str):
        window = _named(window, length)
    w = engine.cast(as_array(window), dtype)
    if tuple(w.shape) != (length,):
        raise ValueError(
            f"`window` must have {length} numbers (`sequence_length`). Received: shape {shown_shape(w.shape)}."
        )
    before = (fft_length - length) // 2
    return engine.pad(w, [(before, fft_length - length - before)])


def _named(window: str, length: int) -> np.ndarray:
    shares = {"hann": 0.5, "hamming": 0.54}
    if window not in shares:
        raise ValueError(f"`window` must be 'hann', 'hamming', an array or None. Received: {window!r}.")
    share = shares[window]
    allowance.charge(length, 32, "numbers of a window")
    return share - (1 - share) * np.cos(2 * np.pi * np.arange(length) / length)  # periodic


@op
def correlate(x1: Array, x2: Array, mode: str = "valid") -> Array:
    """`y[k] = sum over n of x1[n + k] conj(x2[n])`, as in NumPy; a float.

    Args:
        x1: a vector.
        x2: a vector.
        mode: "valid" where the shorter one lies within the longer, "same" for the size of the longer, "full".
    """
    if len(x1.shape) != 1 or len(x2.shape) != 1:
        raise ValueError(
            f"`x1` and `x2` must be vectors. Received: shapes {shown_shape(x1.shape)} and {shown_shape(x2.shape)}."
        )
    if mode not in ("valid", "same", "full"):
        raise ValueError(f"`mode` must be 'valid', 'same' or 'full'. Received: {mode!r}.")
    n, m = x1.shape[0], x2.shape[0]
    x1, x2 = common_floats(x1, x2)
    places = np.arange(n + m - 1)[:, None] + np.arange(m)
    windows = engine.take(engine.pad(x1, [(m - 1, m - 1)]), engine.asarray(places.astype(np.int32)), 0)
    full = engine.sum(windows * conj(x2), 1)
    short, long = min(n, m), max(n, m)
    if mode == "full":
        return full
    if mode == "valid":
        return full[short - 1 : long]
    first = (short - 1) // 2 if n >= m else short // 2
    return full[first : first + long]
