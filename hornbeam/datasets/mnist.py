"""MNIST: 70,000 handwritten digits."""

from __future__ import annotations

import numpy as np

from hornbeam.datasets.fetching import fetched
from hornbeam.datasets.reading import arrays_of

Pair = tuple[np.ndarray, np.ndarray]


def load_data(path: str = "mnist.npz") -> tuple[Pair, Pair]:
    """`(x_train, y_train), (x_test, y_test)`: 60,000 and 10,000 images of digits.

    Args:
        path: what the file is called in `~/.keras/datasets`; or a file of yours, with its folder.

    Returns:
        Images as uint8 of shape (n, 28, 28), digits as uint8 of shape (n,).
    """
    x_train, y_train, x_test, y_test = arrays_of(fetched(path, "mnist.npz"), ("x_train", "y_train", "x_test", "y_test"))
    return (x_train, y_train), (x_test, y_test)
