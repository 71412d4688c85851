"""`STFT`: a convolution kernel that computes a short-time Fourier transform."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam.initializers.base import Initializer, as_dtype


class STFT(Initializer):
    """w[t] cos(2π f t / F), or -w[t] sin(2π f t / F): the real or imaginary part of a windowed Fourier transform.

    The shape is (T, 1, F / 2 + 1): T samples in a frame, frequencies f from 0 to F / 2.

    Args:
        side: "real" or "imag".
        window: w, the name of a window in `scipy.signal.windows` ("hann" and "hamming" need no SciPy), an array of T
            values, or None for no window.
        scaling: "density" divides w by √(Σ w²), "spectrum" by Σ |w|, None by nothing. Without a window nothing is
            scaled.
        periodic: whether a named window is one period of a periodic one, for spectral analysis, rather than symmetric.

    >>> import hornbeam
    >>> kernel = hornbeam.initializers.STFT("real", window=None)((4, 1, 3))
    >>> [round(float(x)) for x in kernel[:, 0, 1]]  # cos(2π t / 4)
    [1, 0, -1, 0]
    """

    def __init__(
        self, side: str = "real", window: Any = "hann", scaling: str | None = "density", periodic: bool = False
    ):
        self.store(locals())
        if side not in ("real", "imag"):
            raise ValueError(f"`side` must be 'real' or 'imag'. Received: side={side!r}.")
        if scaling not in (None, "density", "spectrum"):
            raise ValueError(f"`scaling` must be 'density', 'spectrum' or None. Received: scaling={scaling!r}.")
        if isinstance(window, str):
            _named(window, 1, periodic)

    def sample(self, shape: tuple[int, ...], dtype: str) -> np.ndarray:
        if len(shape) != 3 or shape[1] != 1:
            raise ValueError(f"`STFT` needs a shape (samples, 1, frequencies). Received: shape={tuple(shape)}.")
        samples, _, frequencies = shape
        turns = np.outer(np.arange(samples), np.arange(frequencies)) / max(2 * (frequencies - 1), 1)
        wave = np.cos(2 * np.pi * turns) if self.side == "real" else -np.sin(2 * np.pi * turns)
        return as_dtype((self._window(samples)[:, None] * wave)[:, None], dtype)

    def _window(self, samples: int) -> np.ndarray:
        if self.window is None:
            return np.ones(samples)
        window = _named(self.window, samples, self.periodic) if isinstance(self.window, str) else self.window
        window = np.asarray(window, "float64")
        if window.shape != (samples,):
            raise ValueError(
                f"`window` must have the shape ({samples},), one value per sample. Received: {window.shape}."
            )
        if self.scaling == "density":
            return window / np.sqrt(np.sum(window**2))
        return window / np.sum(np.abs(window)) if self.scaling == "spectrum" else window


def _named(window: str, samples: int, periodic: bool) -> np.ndarray:
    if window in ("hann", "hamming"):
        make = np.hanning if window == "hann" else np.hamming
        return make(samples + 1)[:-1] if periodic else make(samples)
    try:
        from scipy import signal

        return signal.get_window(window, samples, periodic)
    except (ImportError, ValueError) as error:
        raise ValueError(
            f"`window` must be 'hann', 'hamming', a window of `scipy.signal.windows`, an array or None. "
            f"Received: window={window!r} ({error})."
        ) from error
