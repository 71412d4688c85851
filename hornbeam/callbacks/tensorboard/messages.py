"""What TensorBoard shows, as messages of protocol buffers: fields of a number, a kind and a value.

Event    1 time  2 step  3 version  4 graph  5 summary        Summary    1 value ...
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
    return _double(1, time.time()) + bytes_field(3, b"brain.Event:2")


def event(step: int, values: list[bytes]) -> bytes:
    """The values of a step."""
    return (
        _double(1, time.time())
        + integer_field(2, step)
        + bytes_field(5, b"".join(bytes_field(1, value) for value in values))
    )


def graph(definition: bytes) -> bytes:
    """The graph of a run."""
    return _double(1, time.time()) + bytes_field(4, definition)


def scalar(tag: str, number: float) -> bytes:
    """A number by name."""
    return bytes_field(1, tag.encode()) + _key(2, _FOUR_BYTES) + struct.pack("<f", number)


def histogram(tag: str, numbers: np.ndarray) -> bytes:
    """How many of the finite numbers are in each of some ranges of equal width."""
    x = numbers.astype("float64").reshape(-1)
    x = x[np.isfinite(x)]
    counts, edges = np.histogram(x, _BUCKETS)
    low, high = (x.min(), x.max()) if x.size else (0.0, 0.0)
    parts = [_double(1, low), _double(2, high), _double(3, x.size), _double(4, x.sum()), _double(5, (x * x).sum())]
    parts += [bytes_field(6, edges[1:].astype("<f8").tobytes()), bytes_field(7, counts.astype("<f8").tobytes())]
    return bytes_field(1, tag.encode()) + bytes_field(5, b"".join(parts))


def image(tag: str, pixels: np.ndarray) -> bytes:
    """Bytes of shape (height, width), from black to white."""
    height, width = pixels.shape
    parts = [integer_field(1, height), integer_field(2, width), integer_field(3, 1), bytes_field(4, png(pixels))]
    return bytes_field(1, tag.encode()) + bytes_field(4, b"".join(parts))


def _key(field: int, kind: int) -> bytes:
    return _varint(field << 3 | kind)


def _double(field: int, value: float) -> bytes:
    return _key(field, _EIGHT_BYTES) + struct.pack("<d", value)


def integer_field(field: int, value: int) -> bytes:
    """An integer of 64 bits as a field of a message."""
    return _key(field, _VARINT) + _varint(value)


def bytes_field(field: int, value: bytes) -> bytes:
    """Bytes, a text or a message as a field of another."""
    return _key(field, _BYTES) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    """Seven bits to a byte, the lowest first; the eighth says that more follow."""
    found, value = bytearray(), value & 0xFFFFFFFFFFFFFFFF
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])
