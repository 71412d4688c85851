"""`tf.signal`: spectra of sounds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from hornbeam import ops
from hornbeam.legacy.tensorflow import renamed

__all__ = ["frame", "hamming_window", "hann_window", "stft"]


def hann_window(window_length: int, periodic: bool = True, dtype: Any = "float32", name: Any = None) -> Any:
    """0.5 - 0.5 cos(2 pi n / N)."""
    return _raised_cosine(0.5, window_length, periodic, dtype)


def hamming_window(window_length: int, periodic: bool = True, dtype: Any = "float32", name: Any = None) -> Any:
    """0.54 - 0.46 cos(2 pi n / N)."""
    return _raised_cosine(0.54, window_length, periodic, dtype)


def _raised_cosine(a: float, length: int, periodic: bool, dtype: Any) -> Any:
    period = length if periodic else max(length - 1, 1)
    return ops.convert_to_tensor(a - (1 - a) * np.cos(2 * np.pi * np.arange(length) / period), str(dtype))


def frame(
    signal: Any,
    frame_length: int,
    frame_step: int,
    pad_end: bool = False,
    pad_value: float = 0.0,
    axis: int = -1,
    name: Any = None,
) -> Any:
    """Pieces of a signal along its last axis, which begin `frame_step` apart; with `pad_end` up to its end."""
    if axis != -1:
        raise ValueError(f"`tf.signal.frame` cuts along the last axis. Received: axis={axis}.")
    signal = ops.convert_to_tensor(signal)
    length = int(signal.shape[-1])
    count = -(-length // frame_step) if pad_end else max(0, 1 + (length - frame_length) // frame_step)
    short = max(0, (count - 1) * frame_step + frame_length - length) if pad_end else 0
    if short:
        signal = ops.pad(signal, [(0, 0)] * (len(signal.shape) - 1) + [(0, short)], "constant", pad_value)
    places = np.arange(count)[:, None] * frame_step + np.arange(frame_length)
    return ops.take(signal, places.astype("int32"), axis=-1)


def stft(
    signals: Any,
    frame_length: int,
    frame_step: int,
    fft_length: int | None = None,
    window_fn: Callable[..., Any] | None = hann_window,
    pad_end: bool = False,
    name: Any = None,
) -> Any:
    """Complex spectra of pieces of signals: shape (..., pieces, fft_length // 2 + 1).

    Args:
        signals: shape (..., samples).
        frame_length, frame_step: of the pieces.
        fft_length: the power of two that holds a piece by default.
        window_fn: gives the factors of a piece's samples for its length; `None` for none.
        pad_end: whether there are pieces up to the end, filled up with zeros.
    """
    pieces = frame(signals, frame_length, frame_step, pad_end)
    pieces = pieces if window_fn is None else ops.multiply(pieces, window_fn(frame_length))
    size = fft_length or 1 << max(frame_length - 1, 0).bit_length()
    real, imaginary = ops.rfft(pieces, size)
    return ops.view_as_complex(ops.stack([real, imaginary], axis=-1))


__getattr__ = renamed.names_of("signal")
