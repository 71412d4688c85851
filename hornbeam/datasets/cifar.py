"""The files of CIFAR-10 and CIFAR-100: pickles of Python 2, of which arrays and lists are read."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from hornbeam.core.settings import image_data_format
from hornbeam.datasets.reading import unpickled
from hornbeam.utils.cached_files import get_file

Pair = tuple[np.ndarray, np.ndarray]
_SERVER = "https://www.cs.toronto.edu/~kriz/"


def batches_of(name: str, file_hash: str, folder: str, files: list[str], label: str) -> Pair:
    """Images and labels of some files of an archive, one after the other.

    Returns:
        Images as uint8 of shape (n, 32, 32, 3), or with channels first, as the global setting says; labels as int64 of
        shape (n, 1).
    """
    root = os.path.join(get_file(f"{folder}-target", _SERVER + name, extract=True, file_hash=file_hash), folder)
    parts = [load_batch(os.path.join(root, file), label) for file in files]
    x, y = (np.concatenate(part) for part in zip(*parts, strict=True))
    y = y.reshape(-1, 1)
    return x if image_data_format() == "channels_first" else np.ascontiguousarray(x.transpose(0, 2, 3, 1)), y


def load_batch(fpath: Any, label_key: str = "labels") -> Pair:
    """The images and labels in one file of the archive.

    Args:
        fpath: its path.
        label_key: what the file calls the labels: "labels", "fine_labels" or "coarse_labels".

    Returns:
        Images as uint8 of shape (n, 3, 32, 32); labels of shape (n,).
    """
    try:
        with open(fpath, "rb") as file:
            content: Any = unpickled(file)
        return np.asarray(content["data"], np.uint8).reshape(-1, 3, 32, 32), np.asarray(content[label_key])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"`{fpath}` cannot be read as this data set ({error}): remove it, or replace it.") from error
