"""Images and sounds in another size: each new value is a weighted sum of a few old ones."""

from __future__ import annotations

import collections
import contextlib
import functools
import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from hornbeam.data.pipeline import reading_threads
from hornbeam.ops.image.kernels import cubic, lanczos

Weigh = Callable[[np.ndarray], np.ndarray]


class Kernel(NamedTuple):
    """The weight of an old value by its distance, which is 0 beyond the radius."""

    weight: Weigh
    radius: float


def _gaussian(x: np.ndarray) -> np.ndarray:
    """exp(-2 x^2), within 1.5."""
    return np.where(np.abs(x) < 1.5, np.exp(-2 * x * x), 0.0)


def _mitchell(x: np.ndarray) -> np.ndarray:
    """Mitchell and Netravali's kernel with B = C = 1/3."""
    x = np.abs(x)
    near = (7 * x - 12) * x * x / 6 + 16 / 18
    far = ((-7 / 18 * x + 2) * x - 10 / 3) * x + 16 / 9
    return np.where(x < 1, near, np.where(x < 2, far, 0.0))


KERNELS = {
    "bicubic": Kernel(functools.partial(cubic, np), 2),
    "lanczos3": Kernel(functools.partial(lanczos, 3, np), 3),
    "lanczos5": Kernel(functools.partial(lanczos, 5, np), 5),
    "gaussian": Kernel(_gaussian, 1.5),
    "mitchellcubic": Kernel(_mitchell, 2),
}
INTERPOLATIONS = ("bilinear", *KERNELS, "nearest", "area")
_SINC = Kernel(functools.partial(lanczos, 16, np), 16)
_CUBIC_PLACES = 1024
_CHUNK = 8192
_AT_ONCE = 2**18  # numbers: fewer stay in the cache, but threads wait for each other at each call of NumPy


def resize(image: np.ndarray, out: np.ndarray, interpolation: str) -> None:
    """Write an image in another size, without antialiasing, as TensorFlow does it.

    Args:
        image: bytes of shape (height, width, 1 or 4).
        out: as high and wide as is wanted, with as many channels, the first ones. Bytes for "nearest", else float32.
        interpolation: a name in `INTERPOLATIONS`. "area" is a mean.
    """
    size = out.shape[:2]
    if image.shape[:2] == size and interpolation in ("nearest", "bilinear", "area"):
        _copy(image, out)
    elif interpolation == "nearest":
        rows, columns = (_nearest(old, new) for old, new in zip(image.shape, size, strict=False))
        image = _pixels(image)[rows].take(columns, 1, mode="clip").view(np.uint8)
        _copy(image.reshape(*size, -1), out)
    elif interpolation == "bilinear":
        _bilinear(image, out)
    else:
        for axis in (0, 1):
            image = _along(image, axis, *_places(image.shape[axis], size[axis], interpolation))
        _copy(image, out)


def resampled(signal: np.ndarray, rate: int, new_rate: int) -> np.ndarray:
    """A sound (samples, channels) at another rate; frequencies that this cannot have are left out."""
    count = math.ceil(len(signal) * new_rate / rate)
    stretch = max(rate / new_rate, 1.0)
    kernel = Kernel(lambda x: _SINC.weight(x / stretch), _SINC.radius * stretch)
    parts = []
    for start in range(0, count, _CHUNK):
        new = np.arange(start, min(start + _CHUNK, count))
        parts.append(_along(signal, 0, *_taps(new * (rate / new_rate) + 0.5, len(signal), kernel)))
    return np.concatenate(parts) if parts else signal


@functools.lru_cache(maxsize=64)
def _nearest(old: int, new: int) -> np.ndarray:
    places = np.floor((np.arange(new, dtype=np.float32) + 0.5) * np.float32(old / new))
    return np.minimum(places.astype(int), old - 1)


def _bilinear(image: np.ndarray, out: np.ndarray) -> None:
    """Along the rows first, then between them, each time in TensorFlow's order: to the bit what it gives."""
    rows, columns = (_pairs(old, new) for old, new in zip(image.shape, out.shape[:2], strict=False))
    columns = columns[:2] + (np.repeat(columns[2], image.shape[2]),)
    several = max(1, _AT_ONCE // len(columns[2]))
    with _space() as space:
        for start in range(0, len(out), several):
            part = slice(start, start + several)
            _bilinear_part(_pixels(image), [one[part] for one in rows], columns, out[part], space)


def _bilinear_part(pixels: np.ndarray, rows: Any, columns: Any, out: np.ndarray, space: _Space) -> None:
    (first, last, y), (left, right, x) = rows, columns
    if last[-1] + 1 - first[0] > 2 * len(first):  # rows between these are not needed
        pixels = pixels[np.concatenate([first, last])]
        first, last = np.arange(2 * len(first)).reshape(2, -1)
    else:
        pixels = pixels[first[0] : last[-1] + 1]
        first, last = first - first[0], last - first[0]
    along = _between(_gathered(pixels, left, space, "a"), _gathered(pixels, right, space, "b"), x)
    a = along.take(first, 0, space.get("c", (len(first), len(x))), mode="clip")
    b = along.take(last, 0, space.get("a", a.shape), mode="clip")
    b -= a
    b *= y[:, None]
    depth = len(x) // out.shape[1]
    for channel in range(out.shape[2]):
        np.add(a[:, channel::depth], b[:, channel::depth], out[:, :, channel])


def _pixels(image: np.ndarray) -> np.ndarray:
    """An image of which each pixel is one number: to gather them is faster than four bytes each."""
    return image.view(np.uint32 if image.shape[2] == 4 else np.uint8)[..., 0]


def _gathered(pixels: np.ndarray, columns: np.ndarray, space: _Space, name: str) -> np.ndarray:
    """The bytes of these columns as floats, side by side."""
    some = space.get("pixels", (len(pixels), len(columns)), pixels.dtype)
    some = pixels.take(columns, 1, some, mode="clip").view(np.uint8)
    floats = space.get(name, some.shape)
    floats[...] = some
    return floats


class _Space:
    """Memory for what is computed on the way: fresh memory would take as long as to compute it."""

    def __init__(self) -> None:
        self._by_name: dict[str, np.ndarray] = {}

    def get(self, name: str, shape: tuple[int, ...], dtype: Any = np.float32) -> np.ndarray:
        size = math.prod(shape) * np.dtype(dtype).itemsize
        memory = self._by_name.get(name)
        if memory is None or len(memory) < size:
            memory = self._by_name[name] = np.empty(size, np.uint8)
        return memory[:size].view(dtype).reshape(shape)


_spaces = collections.deque([_Space() for _ in range(reading_threads())])  # what nobody computes in


@contextlib.contextmanager
def _space() -> Iterator[_Space]:
    try:
        space = _spaces.pop()
    except IndexError:
        yield _Space()
        return
    try:
        yield space
    finally:
        _spaces.append(space)


def _copy(image: np.ndarray, out: np.ndarray) -> None:
    """Channel by channel where some are left out, for a run of three numbers costs as much as one of hundreds."""
    if image.shape == out.shape:
        out[...] = image
        return
    for channel in range(out.shape[2]):
        out[..., channel] = image[..., channel]


def _between(a: np.ndarray, b: np.ndarray, share: np.ndarray) -> np.ndarray:
    """a + (b - a) share, in the memory of b: memory is what takes the time."""
    b -= a
    b *= share
    b += a
    return b


@functools.lru_cache(maxsize=64)
def _pairs(old: int, new: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The old places before and behind each new one, and how far it is from the first."""
    half = np.float32(0.5)
    places = (np.arange(new, dtype=np.float32) + half) * np.float32(old / new) - half
    before = np.floor(places)
    return np.maximum(before, 0).astype(int), np.minimum(np.ceil(places), old - 1).astype(int), places - before


def _columns(image: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Some columns of an image; number by number, for which NumPy is fastest."""
    h, w, c = image.shape
    return image.reshape(h, w * c).take(_numbers(columns, c), 1, mode="clip").reshape(h, len(columns), c)


def _numbers(columns: np.ndarray, channels: int) -> np.ndarray:
    """Where the numbers of these columns are in a row."""
    return (columns[:, None] * channels + np.arange(channels)).ravel()


@functools.lru_cache(maxsize=64)
def _places(old: int, new: int, interpolation: str) -> tuple[np.ndarray, np.ndarray]:
    if interpolation == "area":
        return _overlaps(old, new)
    # Where a kernel ends within a rounding error of a pixel, 32 bits decide as they do in TensorFlow.
    half = np.float32(0.5)
    places = (np.arange(new, dtype=np.float32) + half) * (np.float32(1) / np.float32(new / old))
    if interpolation == "bicubic":  # its weights come from a table of so many places between two pixels
        centres = (np.arange(new, dtype=np.float32) + half) * np.float32(old / new) - half
        before = np.floor(centres)
        places = before + np.round((centres - before) * _CUBIC_PLACES) / _CUBIC_PLACES + half
    return _taps(places, old, KERNELS[interpolation])


def _taps(places: np.ndarray, old: int, kernel: Kernel) -> tuple[np.ndarray, np.ndarray]:
    """Which old values each new one is made of, and their weights; both of shape (new, taps).

    Args:
        places: of the new values, among old ones whose middles are at 0.5, 1.5, ...
    """
    first = np.floor(places - 0.5 - kernel.radius).astype(int)
    indices = first[:, None] + np.arange(math.ceil(2 * kernel.radius) + 1)
    distances = (indices + 0.5).astype(places.dtype) - places[:, None]
    weights = np.where((indices >= 0) & (indices < old), kernel.weight(distances), 0.0)
    total = weights.sum(1, keepdims=True)
    used = (weights != 0).any(0)
    weights, indices = weights[:, used], indices[:, used]
    return np.clip(indices, 0, old - 1), (weights / np.where(total == 0, 1.0, total)).astype(np.float32)


def _overlaps(old: int, new: int) -> tuple[np.ndarray, np.ndarray]:
    """As `_taps`, weighted by how much of an old pixel lies within the new one."""
    scale = old / new
    start = np.arange(new)[:, None] * scale
    indices = np.floor(start).astype(int) + np.arange(math.ceil(scale) + 1)
    weights = np.minimum(indices + 1, start + scale) - np.maximum(indices, start)
    weights = np.where(indices < old, np.maximum(weights, 0.0), 0.0)
    return np.minimum(indices, old - 1), (weights / weights.sum(1, keepdims=True)).astype(np.float32)


def _along(x: np.ndarray, axis: int, indices: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The weighted sums along an axis."""
    shape = [1] * x.ndim
    shape[axis] = len(indices)
    y: Any = 0.0
    for index, weight in zip(indices.T, weights.T, strict=True):
        part = _columns(x, index) if axis == 1 and x.ndim == 3 else x.take(index, axis)
        part = part.astype(np.float32, copy=False)
        part *= weight.reshape(shape)
        part += y
        y = part
    return y
