"""California housing: 20,640 blocks in 1990."""

from __future__ import annotations

import numpy as np

from hornbeam.datasets.fetching import fetched
from hornbeam.datasets.parts import check_split, divided, shuffled
from hornbeam.datasets.reading import arrays_of

Pair = tuple[np.ndarray, np.ndarray]
_SMALL = 600


def load_data(
    version: str = "large", path: str = "california_housing.npz", test_split: float = 0.2, seed: int = 113
) -> tuple[Pair, Pair]:
    """`(x_train, y_train), (x_test, y_test)`: 8 numbers about each block, and the median value of its houses.

    The columns are longitude, latitude, age of the houses, rooms, bedrooms, population, households and median income.

    Args:
        version: "large" for all blocks, "small" for 600 of them.
        path: what the file is called in `~/.keras/datasets`; or a file of yours, with its folder.
        test_split: the share of the test.
        seed: of the order.

    Returns:
        float32 of shape (n, 8), and of shape (n,) in dollars.
    """
    check_split(test_split)
    if version not in ("large", "small"):
        raise ValueError(f'`version` must be "large" or "small". Received: version={version!r}.')
    x, y = arrays_of(fetched(path, "california_housing.npz"), ("x", "y"))
    if version == "small":
        x, y = x[:_SMALL], y[:_SMALL]
    x, y = shuffled(seed, x, y)
    return divided(x, y, test_split)
