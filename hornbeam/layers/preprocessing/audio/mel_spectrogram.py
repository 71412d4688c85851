"""`MelSpectrogram`: how loud a sound is over time, by frequencies as they are heard."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import engine, ops
from hornbeam.core import allowance
from hornbeam.core.declarations import fact
from hornbeam.layers.base.checks import check_positive
from hornbeam.layers.preprocessing.data_layer import DataLayer


class MelSpectrogram(DataLayer):
    """y = M' |stft(x)|^mag_exp, with M triangles of equal width on the mel scale, 1127 ln(1 + f / 700).

    Args:
        fft_length: of the Fourier transform.
        sequence_stride: samples from frame to frame.
        sequence_length: samples of a frame; `fft_length` by default.
        window: "hann", "hamming", or an array of `sequence_length` numbers.
        sampling_rate: samples a second.
        num_mel_bins: the number of triangles.
        min_freq, max_freq: where the first begins and the last ends; half the sampling rate by default.
        power_to_db: whether y becomes 10 log10(y / ref_power), in decibels.
        top_db: how far below the loudest decibel of the batch the faintest is.
        mag_exp: 1 for amplitudes, 2 for powers.
        min_power: what less becomes, before the logarithm.
        ref_power: the power of 0 decibels.

    Input: (samples,) or (batch, samples). Output: (num_mel_bins, frames) or (batch, num_mel_bins, frames).

    Source: Davis and Mermelstein 1980, Comparison of parametric representations for monosyllabic word recognition.

    >>> import hornbeam
    >>> layer = hornbeam.layers.MelSpectrogram(fft_length=16, sequence_stride=8, num_mel_bins=4)
    >>> layer(hornbeam.ops.ones((1, 64))).shape == (1, 4, 9)
    True
    """

    def __init__(
        self,
        fft_length: int = 2048,
        sequence_stride: int = 512,
        sequence_length: int | None = None,
        window: Any = "hann",
        sampling_rate: int = 16000,
        num_mel_bins: int = 128,
        min_freq: float = 20.0,
        max_freq: float | None = None,
        power_to_db: bool = True,
        top_db: float = 80.0,
        mag_exp: float = 2.0,
        min_power: float = 1e-10,
        ref_power: float = 1.0,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.store(locals())
        for name in ("fft_length", "sequence_stride", "num_mel_bins"):
            check_positive(self, name, getattr(self, name))
        self.sequence_length = fft_length if sequence_length is None else sequence_length
        if fft_length < self.sequence_length:
            raise ValueError(
                "`fft_length` of `MelSpectrogram` must be at least `sequence_length`. "
                f"Received: fft_length={fft_length}, sequence_length={sequence_length}."
            )
        self.max_freq = sampling_rate // 2 if max_freq is None else max_freq

    @fact
    def row_independent(self) -> bool:
        """Whether the loudest of the batch does not matter."""
        return not self.power_to_db

    def call(self, inputs: Any) -> Any:
        if 0 in inputs.shape[:-1]:  # which has no loudest, and for which some engines have no transform
            frames = (inputs.shape[-1] - self.fft_length % 2) // self.sequence_stride + 1
            return engine.full((*inputs.shape[:-1], self.num_mel_bins, frames), 0, self.compute_dtype)
        x = engine.cast(inputs, "float32")  # there are no Fourier transforms in 16 bits
        real, imag = ops.stft(x, self.sequence_length, self.sequence_stride, self.fft_length, self.window)
        magnitude = engine.sqrt(real**2 + imag**2)
        matrix = self.linear_to_mel_weight_matrix(
            self.num_mel_bins, self.fft_length // 2 + 1, self.sampling_rate, self.min_freq, self.max_freq
        )
        y = ops.swapaxes(magnitude**self.mag_exp @ engine.asarray(matrix, engine.dtype_name(magnitude)), -1, -2)
        return engine.cast(self._decibels(y) if self.power_to_db else y, self.compute_dtype)

    def _decibels(self, y: Any) -> Any:
        y = 10 * (ops.log10(engine.maximum(y, self.min_power)) - np.log10(max(self.min_power, self.ref_power)))
        return engine.maximum(y, engine.max(y) - self.top_db)

    def linear_to_mel_weight_matrix(
        self,
        num_mel_bins: int = 20,
        num_spectrogram_bins: int = 129,
        sampling_rate: int = 8000,
        lower_edge_hertz: float = 125.0,
        upper_edge_hertz: float = 3800.0,
        dtype: str = "float32",
    ) -> np.ndarray:
        """M: what each frequency, from 0 to half the sampling rate, counts in each triangle; 0 hertz never counts."""
        allowance.charge(num_spectrogram_bins * num_mel_bins, 16, "shares of frequencies")
        mel = lambda hertz: 1127.0 * np.log1p(np.asarray(hertz) / 700.0)  # noqa: E731
        heard = mel(np.linspace(0.0, sampling_rate / 2, num_spectrogram_bins)[1:])[:, None]
        edges = np.linspace(mel(lower_edge_hertz), mel(upper_edge_hertz), num_mel_bins + 2)
        lower, center, upper = edges[:-2], edges[1:-1], edges[2:]
        rising, falling = (heard - lower) / (center - lower), (upper - heard) / (upper - center)
        return np.pad(np.maximum(0, np.minimum(rising, falling)), ((1, 0), (0, 0))).astype(dtype)
