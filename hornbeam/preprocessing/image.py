"""Images: files and Pillow's images as arrays, and back. Needs the package `pillow`."""

from __future__ import annotations

import io
import os
import warnings
from typing import Any

import numpy as np

from hornbeam.core.dtypes import floatx
from hornbeam.core.settings import standardize_data_format
from hornbeam.data.folders.decoding import COLOURS, pillow
from hornbeam.ops.arrays import convert_to_numpy
from hornbeam.ops.dispatch import as_array
from hornbeam.ops.image import resize

__all__ = ["array_to_img", "img_to_array", "load_img", "save_img", "smart_resize"]

_GRAYS = ("L", "I;16", "I")
_INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")


def array_to_img(x: Any, data_format: str | None = None, scale: bool = True, dtype: Any = None) -> Any:
    """An array as an image of Pillow.

    Args:
        x: shape (height, width, channels), with 1, 3 or 4 channels; or with channels first.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        scale: whether the least value becomes 0 and the largest 255.
        dtype: that values are first turned into; `floatx()` by default.
    """
    image, x = pillow(), np.asarray(x, "float32" if dtype is None and floatx() == "bfloat16" else dtype or floatx())
    if x.ndim != 3:
        raise ValueError(f"`x` must be one image, with 3 axes. Received: shape {x.shape}.")
    x = x.transpose(1, 2, 0) if standardize_data_format(data_format) == "channels_first" else x
    if x.shape[2] not in (1, 3, 4):
        raise ValueError(f"`x` must have 1, 3 or 4 channels. Received: {x.shape[2]}, in shape {x.shape}.")
    if scale:
        x = x.astype(np.result_type(x.dtype, np.float32))
        x = x - x.min()
        x = x / x.max() * 255 if x.max() else x
    if x.shape[2] == 1:
        return image.fromarray(x[..., 0].astype("int32" if x.max() > 255 else "uint8"))
    return image.fromarray(x.astype("uint8"))


def img_to_array(img: Any, data_format: str | None = None, dtype: Any = None) -> np.ndarray:
    """An image of Pillow as an array of shape (height, width, channels).

    Args:
        img: the image, or an array of two or three axes.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        dtype: `floatx()` by default.
    """
    first = standardize_data_format(data_format) == "channels_first"
    x = np.asarray(img, dtype=dtype or floatx())
    if x.ndim not in (2, 3):
        raise ValueError(f"`img` must be one image, of 2 or 3 axes. Received: shape {x.shape}.")
    if x.ndim == 2:
        return x[None] if first else x[..., None]
    return x.transpose(2, 0, 1) if first else x


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
    if interpolation not in _INTERPOLATIONS:
        raise ValueError(
            f"`interpolation` must be one of {', '.join(map(repr, _INTERPOLATIONS))}. Received: {interpolation!r}."
        )
    if not isinstance(path, io.BytesIO | str | os.PathLike):
        raise TypeError(f"`path` must be a path or a `BytesIO`. Received: path of type {type(path).__name__}.")
    with image.open(path) as found:
        keeps = found.mode == COLOURS[color_mode] or (color_mode == "grayscale" and found.mode in _GRAYS)
        found = found.copy() if keeps else found.convert(COLOURS[color_mode])
    if target_size is None or found.size == (target_size[1], target_size[0]):
        return found
    box = _middle(found.size, target_size) if keep_aspect_ratio else None
    return found.resize((target_size[1], target_size[0]), image.Resampling[interpolation.upper()], box)


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
    img.save(path, format=file_format, **kwargs)


def smart_resize(
    x: Any, size: tuple[int, int], interpolation: str = "bilinear", data_format: str = "channels_last", **kwargs: Any
) -> Any:
    """Images in another size, with what does not fit cut off instead of squeezed in.

    Args:
        x: shape (height, width, channels), or a batch of them; or with channels first.
        size: the new (height, width).
        interpolation: as for `ops.image.resize`.
        data_format: "channels_last" or "channels_first".
        kwargs: accepted for code written for Keras.

    Returns:
        A NumPy array for a NumPy array, else one of the engine.
    """
    y = resize(as_array(x), size, interpolation, crop_to_aspect_ratio=True, data_format=data_format)
    return convert_to_numpy(y) if isinstance(x, np.ndarray) else y
