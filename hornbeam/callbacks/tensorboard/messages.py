"""What TensorBoard shows, as messages of protocol buffers: fields of a number, a kind and a value.

Event    1 time  2 step  3 version  5 summary        Summary    1 value ...
Value    1 tag  2 number  4 image  5 histogram       Image      1 height  2 width  3 colours  4 PNG
Histogram    1 min  2 max  3 count  4 sum  5 sum of squares  6 upper limits of buckets  7 counts
"""

from __future__ import annotations

import struct
import time

import numpy as np

from hornbeam.callbacks.tensorboard.png import png

_VARINT, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5
_BUCKETS = 30


def version() -> bytes:
    """The first event of a file."""
    return _double(1, time.time()) + _bytes(3, b"brain.Event:2")


def event(step: int, values: list[bytes]) -> bytes:
    """The values of a step."""
    return _double(1, time.time()) + _integer(2, step) + _bytes(5, b"".join(_bytes(1, value) for value in values))


def scalar(tag: str, number: float) -> bytes:
    """A number by name."""
    return _bytes(1, tag.encode()) + _key(2, _FOUR_BYTES) + struct.pack("<f", number)


def histogram(tag: str, numbers: np.ndarray) -> bytes:
    """How many of the finite numbers are in each of some ranges of equal width."""
    x = numbers.astype("float64").reshape(-1)
    x = x[np.isfinite(x)]
    counts, edges = np.histogram(x, _BUCKETS)
    low, high = (x.min(), x.max()) if x.size else (0.0, 0.0)
    parts = [_double(1, low), _double(2, high), _double(3, x.size), _double(4, x.sum()), _double(5, (x * x).sum())]
    parts += [_bytes(6, edges[1:].astype("<f8").tobytes()), _bytes(7, counts.astype("<f8").tobytes())]
    return _bytes(1, tag.encode()) + _bytes(5, b"".join(parts))


def image(tag: str, pixels: np.ndarray) -> bytes:
    """Bytes of shape (height, width), from black to white."""
    height, width = pixels.shape
    parts = [_integer(1, height), _integer(2, width), _integer(3, 1), _bytes(4, png(pixels))]
    return _bytes(1, tag.encode()) + _bytes(4, b"".join(parts))


def _key(field: int, kind: int) -> bytes:
    return _varint(field << 3 | kind)


def _double(field: int, value: float) -> bytes:
    return _key(field, _EIGHT_BYTES) + struct.pack("<d", value)


def _integer(field: int, value: int) -> bytes:
    return _key(field, _VARINT) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _key(field, _BYTES) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    """Seven bits to a byte, the lowest first; the eighth says that more follow."""
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])
