"""Image files, read and written. Needs the package `pillow`."""

from __future__ import annotations

import io
import os
import warnings
from typing import Any

from hornbeam.core.renaming.arguments import takes_old_arguments
from hornbeam.data.folders.decoding import COLOURS, pillow
from hornbeam.preprocessing.image.arrays import array_to_img

_GRAYS = ("L", "I;16", "I")
_INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")


@takes_old_arguments("keras.preprocessing.image")
def load_img(
    path: Any,
    color_mode: str = "rgb",
    target_size: tuple[int, int] | None = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
) -> Any:
    """The image in a file, as an image of Pillow.

    Args:
        path: of the file, or a `BytesIO` that holds it.
        color_mode: "rgb", "rgba" or "grayscale".
        target_size: (height, width); that of the file by default.
        interpolation: "nearest", "bilinear", "bicubic", "hamming", "box" or "lanczos".
        keep_aspect_ratio: whether what does not fit is cut off instead of squeezed in.
    """
    image = pillow()
    if color_mode not in COLOURS:
        raise ValueError(f"`color_mode` must be one of {', '.join(map(repr, COLOURS))}. Received: {color_mode!r}.")
    check_interpolation(interpolation)
    if not isinstance(path, io.BytesIO | str | os.PathLike):
        raise TypeError(f"`path` must be a path or a `BytesIO`. Received: path of type {type(path).__name__}.")
    with image.open(path) as found:
        found = in_mode(found, color_mode)
    return in_size(found, target_size, interpolation, keep_aspect_ratio)


def in_mode(found: Any, color_mode: str) -> Any:
    """An image of Pillow, decoded, in the colours asked for; greys of more bits keep them."""
    mode = COLOURS[color_mode]
    if found.mode != mode and not (mode == "L" and found.mode in _GRAYS):
        return found.convert(mode)
    found.load()
    return found


def check_interpolation(interpolation: str) -> None:
    """Raise unless Pillow has this interpolation."""
    if interpolation not in _INTERPOLATIONS:
        raise ValueError(
            f"`interpolation` must be one of {', '.join(map(repr, _INTERPOLATIONS))}. Received: {interpolation!r}."
        )


def in_size(found: Any, target_size: tuple[int, int] | None, interpolation: str, keep_aspect_ratio: bool) -> Any:
    """An image of Pillow in another size."""
    if target_size is None or found.size == (target_size[1], target_size[0]):
        return found
    box = _middle(found.size, target_size) if keep_aspect_ratio else None
    return found.resize((target_size[1], target_size[0]), pillow().Resampling[interpolation.upper()], box)


def _middle(size: tuple[int, int], target: tuple[int, int]) -> tuple[int, int, int, int]:
    """The largest part in the middle with the aspect ratio of `target`: left, upper, right, lower."""
    width, height = size
    w, h = min(width, height * target[1] // target[0]), min(height, width * target[0] // target[1])
    left, top = (width - w) // 2, (height - h) // 2
    return left, top, left + w, top + h


def save_img(
    path: Any, x: Any, data_format: str | None = None, file_format: str | None = None, scale: bool = True, **kwargs: Any
) -> None:
    """Write an array to an image file.

    Args:
        path: of the file, or a file object.
        x: as for `array_to_img`.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        file_format: by default what the name of the file ends in.
        scale: whether the least value becomes 0 and the largest 255.
        kwargs: options of Pillow's `save`.
    """
    img = array_to_img(x, data_format, scale)
    ending = file_format or os.path.splitext(os.fspath(path))[1][1:]
    if img.mode == "RGBA" and ending.lower() in ("jpg", "jpeg"):
        warnings.warn("A JPG file holds no transparency: the fourth channel is left out.", stacklevel=2)
        img = img.convert("RGB")
    img.save(path, format="jpeg" if ending.lower() == "jpg" else file_format, **kwargs)
