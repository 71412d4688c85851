"""Images as PNG (ISO 15948): gray, eight bits."""

from __future__ import annotations

import struct
import zlib

import numpy as np


def png(pixels: np.ndarray) -> bytes:
    """The file of bytes of shape (height, width)."""
    height, width = pixels.shape
    rows = np.pad(pixels, [(0, 0), (1, 0)])  # each begins with its filter: 0, none
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows.tobytes())),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(*part) for part in parts)


def _part(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def as_pixels(weight: np.ndarray) -> np.ndarray:
    """A weight as an image: its last axis along the width, the smallest number black, the largest white."""
    x = np.nan_to_num(weight.astype("float64")).reshape(-1, weight.shape[-1] if weight.ndim else 1)
    low, high = x.min(), x.max()
    return np.rint(255 * (x - low) / (high - low or 1)).astype("uint8")
