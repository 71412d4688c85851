"""Image files as arrays of bytes. Needs the package `pillow`."""

from __future__ import annotations

import functools
import io
import os
from typing import Any

import numpy as np

COLOURS = {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}


def pillow() -> Any:
    """Pillow's module `Image`.

    Raises:
        ImportError: with what to install.
    """
    try:
        from PIL import Image
    except ImportError:
        raise ImportError("Image files need the package `pillow`: `pip install hornbeam[pillow]`.") from None
    return Image


def opened(path: str, color_mode: str) -> Any:
    """An image of Pillow, of a file that is read at once.

    The package `simplejpeg` decodes colour photographs where it is installed: faster than Pillow, and the same. What is
    unusual or damaged it leaves to Pillow.
    """
    data = _contents(path)
    simplejpeg = _simplejpeg() if color_mode == "rgb" and path.lower().endswith((".jpg", ".jpeg")) else None
    try:
        if simplejpeg is not None and simplejpeg.decode_jpeg_header(data)[2] == "YCbCr":
            pixels = simplejpeg.decode_jpeg(data, "RGBX")
            return pillow().frombuffer("RGBX", pixels.shape[1::-1], pixels, "raw", "RGBX", 0, 1)
    except ValueError:
        pass
    return pillow().open(io.BytesIO(data))


def _contents(path: str) -> bytes:
    """A file in as few calls of the system as can be, since threads wait for each other at each of them."""
    file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        size = os.fstat(file).st_size
        data = os.read(file, size)
        while len(data) < size and (more := os.read(file, size - len(data))):
            data += more
        return data
    finally:
        os.close(file)


@functools.cache
def _simplejpeg() -> Any:
    """The package, or `None`: to look in vain for it takes as long as to decode a small image, at each file."""
    try:
        import simplejpeg
    except ImportError:
        return None
    return simplejpeg


def decoded(path: str, color_mode: str) -> np.ndarray:
    """The first picture of a file: bytes of shape (height, width, 1 or 4), of colours the fourth without meaning.

    Raises:
        ValueError: with the path, for a file that is no image or is damaged.
    """
    image, mode = pillow(), COLOURS[color_mode]
    as_bytes = "RGBX" if mode == "RGB" else mode
    try:
        found = opened(path, color_mode)
        if found.mode.startswith("I"):  # 16 bits, of which the upper 8 are kept
            found = image.fromarray((np.asarray(found) >> 8).astype(np.uint8))
        return raw(found if found.mode in (mode, as_bytes) else found.convert(mode), as_bytes)
    except FileNotFoundError:
        raise
    except Exception as error:  # Pillow's decoders raise errors of many kinds
        raise ValueError(f"`{path}` cannot be read as an image ({error}): remove it, or replace it.") from error


def raw(image: Any, mode: str) -> np.ndarray:
    """The bytes of an image of Pillow, of shape (height, width, channels), which are not to be written to."""
    return np.frombuffer(image.tobytes("raw", mode), np.uint8).reshape(image.height, image.width, -1)
