"""Image files as arrays of bytes. Needs the package `pillow`."""

from __future__ import annotations

import functools
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


def jpeg(path: str, color_mode: str) -> np.ndarray | None:
    """The pixels of a colour photograph by the package `simplejpeg`, which is faster than Pillow and gives the same.

    Returns:
        `None` where that package is not installed, or leaves the file to Pillow: whatever is unusual, or damaged.
    """
    simplejpeg = _simplejpeg() if color_mode == "rgb" and path.lower().endswith((".jpg", ".jpeg")) else None
    if simplejpeg is None:
        return None
    with open(path, "rb") as file:
        data = file.read()
    try:
        is_colour = simplejpeg.decode_jpeg_header(data)[2] == "YCbCr"
        return simplejpeg.decode_jpeg(data) if is_colour else None
    except ValueError:
        return None


@functools.cache
def _simplejpeg() -> Any:
    """The package, or `None`: to look in vain for it takes as long as to decode a small image, at each file."""
    try:
        import simplejpeg
    except ImportError:
        return None
    return simplejpeg


def decoded(path: str, color_mode: str) -> np.ndarray:
    """The first picture of a file: uint8 of shape (height, width, channels).

    Raises:
        ValueError: with the path, for a file that is no image or is damaged.
    """
    image, pixels = pillow(), jpeg(path, color_mode)
    if pixels is not None:
        return pixels
    try:
        with image.open(path) as found:
            if found.mode.startswith("I"):  # 16 bits, of which the upper 8 are kept
                found = image.fromarray((np.asarray(found) >> 8).astype(np.uint8))
            mode = COLOURS[color_mode]
            pixels = np.asarray(found if found.mode == mode else found.convert(mode))
    except FileNotFoundError:
        raise
    except Exception as error:  # Pillow's decoders raise errors of many kinds
        raise ValueError(f"`{path}` cannot be read as an image ({error}): remove it, or replace it.") from error
    return pixels[..., None] if pixels.ndim == 2 else pixels
