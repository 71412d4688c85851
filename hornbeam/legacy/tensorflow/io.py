"""`tf.io`: files, and images in them."""

from __future__ import annotations

import glob
import os
from typing import Any

import numpy as np

from hornbeam.legacy.tensorflow.image import decode_image

decode_jpeg = decode_png = decode_image


def read_file(filename: Any, name: Any = None) -> np.ndarray:
    """The bytes of a file, as a string without axes."""
    with open(_text(filename), "rb") as file:
        return np.array(file.read(), object)


def write_file(filename: Any, contents: Any, name: Any = None) -> None:
    """Bytes to a file."""
    with open(_text(filename), "wb") as file:
        file.write(np.asarray(contents).item())


class gfile:
    """Files and folders, as `os` has them."""

    GFile = staticmethod(open)
    exists = staticmethod(os.path.exists)
    isdir = staticmethod(os.path.isdir)
    glob = staticmethod(glob.glob)
    listdir = staticmethod(os.listdir)
    remove = staticmethod(os.remove)

    @staticmethod
    def makedirs(path: str) -> None:
        os.makedirs(path, exist_ok=True)


def _text(name: Any) -> str:
    name = name.numpy() if hasattr(name, "numpy") else np.asarray(name).item()
    return name.decode() if isinstance(name, bytes) else str(name)
