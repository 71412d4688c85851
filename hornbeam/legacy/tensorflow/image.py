"""`tf.image`."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from hornbeam import ops, random
from hornbeam.core import dtypes
from hornbeam.data.pipeline.element import as_element
from hornbeam.legacy.tensorflow import renamed


def resize(
    images: Any,
    size: Any,
    method: str = "bilinear",
    preserve_aspect_ratio: bool = False,
    antialias: bool = False,
    name: Any = None,
) -> Any:
    """Images of another size, as floats but for `method="nearest"`.

    Args:
        images: with channels last.
        size: of a result, rows and columns.
        method: how to interpolate.
        preserve_aspect_ratio: whether `size` is what a result has to fit into, at the image's own ratio.
        antialias: whether to smooth what is made smaller.
        name: accepted for code written for TensorFlow.
    """
    images = images if method == "nearest" else ops.cast(images, "float32")
    height, width = map(int, size)
    if preserve_aspect_ratio:
        rows, columns = images.shape[-3:-1]
        scale = min(height / rows, width / columns)
        height, width = round(rows * scale), round(columns * scale)
    return ops.image.resize(images, (height, width), method, antialias, data_format="channels_last")


def rgb_to_grayscale(images: Any, name: Any = None) -> Any:
    """One channel of three."""
    return ops.image.rgb_to_grayscale(images, "channels_last")


def grayscale_to_rgb(images: Any, name: Any = None) -> Any:
    """Three equal channels of one."""
    return ops.repeat(images, 3, -1)


def flip_left_right(image: Any) -> Any:
    """Left is right."""
    return ops.flip(image, -2)


def flip_up_down(image: Any) -> Any:
    """Up is down."""
    return ops.flip(image, -3)


def random_flip_left_right(image: Any, seed: Any = None) -> Any:
    """Left is right with probability 1/2."""
    return flip_left_right(image) if float(random.uniform((), seed=seed)) < 0.5 else image


def random_flip_up_down(image: Any, seed: Any = None) -> Any:
    """Up is down with probability 1/2."""
    return flip_up_down(image) if float(random.uniform((), seed=seed)) < 0.5 else image


def adjust_brightness(image: Any, delta: float) -> Any:
    """All made lighter by `delta`, in the units of floats from 0 to 1."""
    return _in_floats(image, lambda x: x + delta)


def adjust_contrast(images: Any, contrast_factor: float) -> Any:
    """Distances from each channel's mean times a factor."""

    def stretched(x: Any) -> Any:
        mean = ops.mean(x, (-3, -2), keepdims=True)
        return (x - mean) * contrast_factor + mean

    return _in_floats(images, stretched)


def random_brightness(image: Any, max_delta: float, seed: Any = None) -> Any:
    """`adjust_brightness` by up to `max_delta` either way."""
    return adjust_brightness(image, float(random.uniform((), -max_delta, max_delta, seed=seed)))


def random_contrast(image: Any, lower: float, upper: float, seed: Any = None) -> Any:
    """`adjust_contrast` by a factor between two."""
    return adjust_contrast(image, float(random.uniform((), lower, upper, seed=seed)))


def convert_image_dtype(image: Any, dtype: Any, saturate: bool = False, name: Any = None) -> Any:
    """The same image where floats go from 0 to 1 and integers over their whole range."""
    dtype, before = str(dtype), str(getattr(image, "dtype", "float32")).rpartition(".")[2]
    if dtypes.is_float(dtype) and not dtypes.is_float(before):
        return ops.cast(image, dtype) / float(np.iinfo(before).max)
    if dtypes.is_float(before) and not dtypes.is_float(dtype):
        most = float(np.iinfo(dtype).max)
        return ops.cast(ops.clip(image * (most + 0.5), 0, most), dtype)
    return ops.cast(image, dtype)


def _in_floats(image: Any, change: Any) -> Any:
    before = str(image.dtype).rpartition(".")[2]
    return convert_image_dtype(change(convert_image_dtype(image, "float32")), before)


def decode_image(contents: Any, channels: int = 0, dtype: Any = "uint8", **settings: Any) -> np.ndarray:
    """The pixels of an image file's bytes.

    Args:
        contents: what `tf.io.read_file` gave.
        channels: 1 for gray, 3 for colours, 4 with an alpha channel; 0 for what the file has.
        dtype: "uint8"; any other scales to numbers from 0 to 1.
        **settings: accepted for code written for TensorFlow.
    """
    from PIL import Image

    image = Image.open(io.BytesIO(np.asarray(contents).item()))
    modes = {0: image.mode if image.mode in ("L", "RGB", "RGBA") else "RGB", 1: "L", 3: "RGB", 4: "RGBA"}
    pixels = np.asarray(image.convert(modes[channels]))
    pixels = pixels[..., None] if pixels.ndim == 2 else pixels
    return pixels if dtype == "uint8" else pixels.astype(dtypes.standardize(dtype)) / 255


def encode_png(image: Any, **_: Any) -> np.ndarray:
    """The bytes of a PNG file of an image."""
    return _encoded(image, "PNG")


def encode_jpeg(image: Any, format: str = "", quality: int = 95, **_: Any) -> np.ndarray:
    """The bytes of a JPEG file of an image."""
    return _encoded(image, "JPEG", quality=quality)


def _encoded(image: Any, kind: str, **settings: Any) -> np.ndarray:
    from PIL import Image

    pixels, file = np.asarray(image, "uint8"), io.BytesIO()
    Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels).save(file, kind, **settings)
    return as_element(np.array(file.getvalue(), object))


decode_jpeg = decode_png = decode_bmp = decode_gif = decode_image
__getattr__ = renamed.names_of("image", "image_shapes", "image_colors")
