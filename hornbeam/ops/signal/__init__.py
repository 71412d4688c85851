"""Windows, frames and Fourier transforms of signals along the last axis."""

from hornbeam.ops.signal.fourier import fft, fft2, ifft2, irfft, rfft
from hornbeam.ops.signal.frames import correlate, extract_sequences, istft, stft
from hornbeam.ops.signal.windows import bartlett, blackman, hamming, hanning, kaiser

# fmt: off
__all__ = [
    "fft", "fft2", "ifft2", "rfft", "irfft", "extract_sequences", "stft", "istft", "correlate",
    "bartlett", "blackman", "hamming", "hanning", "kaiser",
]
# fmt: on
