"""Windows for signals."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, as_array


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
