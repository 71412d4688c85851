"""Fashion-MNIST: 70,000 pictures of clothes, of ten kinds."""

from __future__ import annotations

import gzip
import zlib

import numpy as np

from hornbeam.datasets.fetching import SERVER
from hornbeam.utils.cached_files import get_file

Pair = tuple[np.ndarray, np.ndarray]
_LABELS, _IMAGES = 2049, 2051  # what the files begin with


def load_data() -> tuple[Pair, Pair]:
    """`(x_train, y_train), (x_test, y_test)`: 60,000 and 10,000 pictures.

    The kinds are T-shirt, trousers, pullover, dress, coat, sandal, shirt, sneaker, bag and ankle boot.

    Returns:
        Images as uint8 of shape (n, 28, 28), kinds as uint8 of shape (n,).
    """
    train, test = (
        (_content(f"{name}-images-idx3-ubyte.gz", _IMAGES), _content(f"{name}-labels-idx1-ubyte.gz", _LABELS))
        for name in ("train", "t10k")
    )
    return train, test


def _content(name: str, mark: int) -> np.ndarray:
    path = get_file(name, SERVER + name, cache_subdir="datasets/fashion-mnist")
    axes = mark % 256
    try:
        with gzip.open(path) as file:
            found, *shape = np.frombuffer(file.read(4 + 4 * axes), ">i4").tolist()
            data = file.read(60_000 * 28 * 28 + 1)
        if found != mark or len(shape) != axes or len(data) != np.prod(shape, dtype=object):
            raise ValueError("other numbers of bytes were expected")
    except (ValueError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(f"`{path}` cannot be read as this data set ({error}): remove it, or replace it.") from error
    return np.frombuffer(data, np.uint8).reshape(shape)
