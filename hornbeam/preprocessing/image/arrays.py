"""Images of Pillow as arrays, and back; arrays in another size."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core.dtypes import floatx
from hornbeam.core.settings import standardize_data_format
from hornbeam.data.folders.decoding import pillow
from hornbeam.ops.arrays import convert_to_numpy
from hornbeam.ops.dispatch import as_array
from hornbeam.ops.image import resize


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
        A NumPy array for a NumPy array, else one of the engine; of float32 for integers, unless they are the nearest.
    """
    images = as_array(x)
    if interpolation != "nearest" and engine.dtype_name(images).startswith(("int", "uint")):
        images = engine.cast(images, "float32")
    y = resize(images, size, interpolation, crop_to_aspect_ratio=True, data_format=data_format)
    return convert_to_numpy(y) if isinstance(x, np.ndarray) else y
