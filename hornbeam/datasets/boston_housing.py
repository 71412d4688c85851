"""Boston housing: 506 districts of the 1970s. One of its columns is about the colour of people's skin."""

from __future__ import annotations

import numpy as np

from hornbeam.datasets.fetching import fetched
from hornbeam.datasets.parts import check_split, divided, shuffled
from hornbeam.datasets.reading import arrays_of

Pair = tuple[np.ndarray, np.ndarray]


def load_data(path: str = "boston_housing.npz", test_split: float = 0.2, seed: int = 113) -> tuple[Pair, Pair]:
    """`(x_train, y_train), (x_test, y_test)`: 13 numbers about each district, and the price of its houses.

    Args:
        path: what the file is called in `~/.keras/datasets`; or a file of yours, with its folder.
        test_split: the share of the test.
        seed: of the order.

    Returns:
        float64 of shape (n, 13), and of shape (n,) in thousands of dollars.
    """
    check_split(test_split)
    x, y = shuffled(seed, *arrays_of(fetched(path, "boston_housing.npz"), ("x", "y")))
    return divided(x, y, test_split)
