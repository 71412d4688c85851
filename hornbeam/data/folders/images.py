"""`image_dataset_from_directory`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam.core.integers import is_integer
from hornbeam.core.settings import standardize_data_format
from hornbeam.data.folders.dataset import Source, check_format, from_directory
from hornbeam.data.folders.decoding import COLOURS, decoded, pillow
from hornbeam.data.folders.resampling import INTERPOLATIONS, resize

FORMATS = (".bmp", ".gif", ".jpeg", ".jpg", ".png")


def image_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    color_mode: str = "rgb",
    batch_size: int | None = 32,
    image_size: Any = (256, 256),
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    interpolation: str = "bilinear",
    follow_links: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    data_format: str | None = None,
    format: str = "tf",
    verbose: bool = True,
    skip_broken: bool = False,
) -> Any:
    """Images in a folder, with labels by the names of the folders in it. Needs the package `pillow`.

    Batches are `(images, labels)`: images are float32 from 0 to 255 (uint8 for "nearest"). Threads read and decode
    files ahead of their use; at each pass in a new order, if `shuffle` is true. What they make is kept for the next
    pass as far as memory allows; a file that has changed is read again.

    Args:
        directory: has a folder for each class; files may lie in folders further down. What ends in .bmp, .gif (its
            first picture), .jpeg, .jpg or .png counts, hidden files too.
        labels: "inferred", from the names of the folders, in order of the alphabet; a list with a number for each
            file, in the order of `file_paths` without a shuffle; or `None` for images alone, of all folders.
        label_mode: "int"; "categorical" for one-hot float32; "binary" for float32 of shape (n, 1), of two classes;
            `None` for images alone.
        class_names: of the folders to take, in the order of their labels; by default all but hidden ones.
        color_mode: "rgb", "rgba" or "grayscale".
        batch_size: `None` for single images.
        image_size: the (height, width) that all get; or one number for both.
        shuffle: whether files are shuffled, by `seed`; otherwise they are in the order of their paths.
        seed: an integer for the same order in every run.
        validation_split: what part of the files, after the shuffle, the last ones, is for validation.
        subset: "training", "validation", or "both" for a list of the two datasets.
        interpolation: "bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian" or "mitchellcubic".
        follow_links: whether folders are entered that are symbolic links.
        crop_to_aspect_ratio: cut off what does not fit instead of changing the aspect ratio.
        pad_to_aspect_ratio: fill up with zeros instead of changing the aspect ratio.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        format: accepted for code written for Keras: "tf" and "grain" give the same `Dataset`.
        verbose: whether to print how many files were found.
        skip_broken: read all files at first, and leave out those that are no images, with a warning.

    Returns:
        A `Dataset` with the attributes `class_names` and `file_paths`.

    Raises:
        ValueError: for arguments that do not fit the folder; while batches are read, for a damaged file, by its path.
    """
    check_format(format)
    image_size = (image_size, image_size) if is_integer(image_size) else image_size
    _check(color_mode, image_size, interpolation, crop_to_aspect_ratio and pad_to_aspect_ratio)
    pillow()
    channels_first = standardize_data_format(data_format) == "channels_first"
    channels = {"grayscale": 1, "rgb": 3, "rgba": 4}[color_mode]
    shape = (channels, *image_size) if channels_first else (*image_size, channels)
    dtype = "uint8" if interpolation == "nearest" else "float32"

    def read(path: str, place: np.ndarray | None = None) -> np.ndarray:
        place = np.empty(shape, dtype) if place is None else place
        image, out = decoded(path, color_mode), place.transpose(1, 2, 0) if channels_first else place
        if crop_to_aspect_ratio:
            image = _cropped(image, image_size)
        if pad_to_aspect_ratio:
            _put_in_the_middle(image, out, interpolation)
        else:
            resize(image, out, interpolation)
        return place

    source = Source("image", FORMATS, read, keeps=True, element=(shape, dtype))
    return from_directory(
        source, directory, labels, label_mode, class_names, batch_size, shuffle, seed, validation_split, subset,
        follow_links, verbose, skip_broken,
    )  # fmt: skip


def _check(color_mode: str, image_size: Any, interpolation: str, both: bool) -> None:
    if color_mode not in COLOURS:
        raise ValueError(f"`color_mode` must be one of {', '.join(map(repr, COLOURS))}. Received: {color_mode!r}.")
    if (
        not isinstance(image_size, tuple | list)
        or len(image_size) != 2
        or not all(is_integer(n, 1) for n in image_size)
    ):
        raise ValueError(
            "`image_size` must be (height, width), positive integers, or one integer for both. "
            f"Received: image_size={image_size!r}."
        )
    if interpolation not in INTERPOLATIONS:
        allowed = ", ".join(map(repr, INTERPOLATIONS))
        raise ValueError(f"`interpolation` must be one of {allowed}. Received: {interpolation!r}.")
    if both:
        raise ValueError("Only one of `crop_to_aspect_ratio` and `pad_to_aspect_ratio` can be True. Received: both.")


def _cropped(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The largest part in the middle that has the aspect ratio of `size`."""
    h, w = image.shape[:2]
    kept_h, kept_w = min(h, w * size[0] // size[1]), min(w, h * size[1] // size[0])
    top, left = (h - kept_h) // 2, (w - kept_w) // 2
    return image[top : top + max(kept_h, 1), left : left + max(kept_w, 1)]


def _put_in_the_middle(image: np.ndarray, out: np.ndarray, interpolation: str) -> None:
    """The image as large as fits, with zeros around it; counted with 32 bits, as TensorFlow does."""
    old, new = np.array(image.shape[:2], np.float32), np.array(out.shape[:2], np.float32)
    fitting = old / (old / new).max()
    h, w = np.maximum(fitting.astype(int), 1)
    top, left = ((new - fitting) / np.float32(2)).astype(int)
    out[...] = 0
    resize(image, out[top : top + h, left : left + w], interpolation)
