"""`STFTSpectrogram`: the Fourier transforms of the frames of a signal, as a convolution that can be trained."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import engine, ops
from hornbeam.core.settings import standardize_data_format
from hornbeam.layers.base.checks import check_choice, check_positive
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer

_MODES = ("log", "magnitude", "psd", "real", "imag", "angle", "stft")


class STFTSpectrogram(Layer):
    """R = sum over n of x[n] w[n] cos(2 pi k n / N), I = - sum over n of x[n] w[n] sin(2 pi k n / N), in each frame.

    Args:
        mode: "log" of the magnitude, "magnitude" sqrt(R² + I²), "psd" the one-sided powers, "real" R, "imag" I, "angle"
            atan2(I, R), or "stft" for R and then I.
        frame_length: samples of a frame.
        frame_step: samples from frame to frame; half of a frame by default.
        fft_length: N; the power of 2 from `frame_length` on by default.
        window: the name of a window of SciPy, or None for none.
        periodic: whether the window is that of a periodic signal.
        scaling: "density" divides w by sqrt(sum w²), "spectrum" by sum w, None by nothing.
        padding: "valid" or "same".
        expand_dims: whether the channels have an axis of their own.
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Input: (batch, samples, channels). Output: (batch, frames, channels * frequencies), or (batch, frames, frequencies,
    channels) with `expand_dims`. With channels first, (batch, channels * frequencies, frames) or (batch, channels,
    frames, frequencies).

    >>> import hornbeam
    >>> hornbeam.layers.STFTSpectrogram(frame_length=8)(hornbeam.ops.ones((1, 40, 1))).shape == (1, 9, 5)
    True
    """

    def __init__(
        self,
        mode: str = "log",
        frame_length: int = 256,
        frame_step: int | None = None,
        fft_length: int | None = None,
        window: Any = "hann",
        periodic: bool = False,
        scaling: str | None = "density",
        padding: str = "valid",
        expand_dims: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.store(locals())
        self.mode = check_choice(self, "mode", mode, _MODES)
        self.padding = check_choice(self, "padding", padding, ("valid", "same"))
        self.scaling = None if scaling is None else check_choice(self, "scaling", scaling, ("density", "spectrum"))
        self.data_format = standardize_data_format(data_format)
        for name in ("frame_length", "frame_step", "fft_length"):
            if name == "frame_length" or getattr(self, name) is not None:
                check_positive(self, name, getattr(self, name))
        if fft_length is not None and fft_length < frame_length:
            raise ValueError(
                "`fft_length` of `STFTSpectrogram` must be at least `frame_length`. "
                f"Received: fft_length={fft_length}, frame_length={frame_length}."
            )
        if frame_step is not None and frame_step > frame_length:
            raise ValueError(
                "`frame_step` of `STFTSpectrogram` must be at most `frame_length`, or samples are left out. "
                f"Received: frame_step={frame_step}, frame_length={frame_length}."
            )
        _window(self, 1)  # whether there is one of this name
        self.input_spec = InputSpec(ndim=3)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        shape = (self.frame_length, 1, self._size // 2 + 1)
        self.real_kernel = self.imag_kernel = None
        if self.mode != "imag":
            self.real_kernel = self.add_weight(shape, self._kernel(np.cos), name="real_kernel")
        if self.mode != "real":
            self.imag_kernel = self.add_weight(shape, self._kernel(lambda x: -np.sin(x)), name="imag_kernel")

    @property
    def _size(self) -> int:
        """N."""
        return self.fft_length or 1 << (self.frame_length - 1).bit_length()

    def _kernel(self, wave: Any) -> Any:
        """An initializer: the window times a wave of each frequency."""

        def initialize(shape: Any, dtype: Any = None) -> Any:
            n, k = np.arange(shape[0])[:, None], np.arange(shape[2])
            waves = self._window()[:, None] * wave(2 * np.pi * k * n / self._size)
            return engine.asarray(waves[:, None].astype("float32"), dtype)

        return initialize

    def _window(self) -> np.ndarray:
        w = _window(self, self.frame_length)
        by = {None: 1.0, "density": np.sqrt(np.sum(w**2)), "spectrum": np.sum(w)}
        return w / by[self.scaling]

    def call(self, inputs: Any) -> Any:
        x = inputs if self.data_format == "channels_first" else ops.swapaxes(inputs, 1, 2)
        batch, channels, samples = x.shape
        x = engine.reshape(x, (batch * channels, samples, 1))
        real, imag = (None if k is None else self._conv(x, k.value) for k in (self.real_kernel, self.imag_kernel))
        y = self._of_mode(real, imag)
        y = engine.reshape(y, (batch, channels, *y.shape[1:]))  # (batch, channels, frames, frequencies)
        if self.data_format == "channels_first":
            if self.expand_dims:
                return y
            y = ops.swapaxes(y, 2, 3)
            return engine.reshape(y, (batch, channels * y.shape[2], y.shape[3]))
        if self.expand_dims:
            return engine.transpose(y, (0, 2, 3, 1))
        y = ops.swapaxes(y, 1, 2)
        return engine.reshape(y, (batch, y.shape[1], channels * y.shape[3]))

    def _conv(self, x: Any, kernel: Any) -> Any:
        step = self.frame_step or max(1, self.frame_length // 2)
        return ops.conv(x, kernel, step, self.padding, "channels_last")

    def _of_mode(self, real: Any, imag: Any) -> Any:
        match self.mode:
            case "real":
                return real
            case "imag":
                return imag
            case "angle":
                return ops.arctan2(imag, real)
            case "stft":
                return engine.concatenate([real, imag], -1)
        power = real**2 + imag**2
        if self.mode == "psd":
            return power * engine.asarray(self._sides(power.shape[-1]), engine.dtype_name(power))
        tiny = 1e-7
        magnitude = engine.sqrt(engine.maximum(power, tiny**2))
        return engine.log(magnitude) if self.mode == "log" else magnitude

    def _sides(self, frequencies: int) -> np.ndarray:
        """How often each frequency is in the two-sided spectrum."""
        sides = np.full(frequencies, 2.0)
        sides[0] = 1.0
        if self._size % 2 == 0:
            sides[-1] = 1.0
        return sides


def _window(layer: STFTSpectrogram, length: int) -> np.ndarray:
    """The window that the layer's argument names, so many samples long."""
    if layer.window is None:
        return np.ones(length)
    from scipy.signal import get_window

    try:
        return get_window(layer.window, length, fftbins=layer.periodic)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"`window` of `{type(layer).__name__}` must be the name of a window of SciPy, in a tuple with its numbers "
            f"where it has any, or None. Received: window={layer.window!r}."
        ) from error
