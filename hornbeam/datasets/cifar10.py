"""CIFAR-10: 60,000 small photographs of ten kinds."""

from __future__ import annotations

import numpy as np

from hornbeam.datasets.cifar import Pair, batches_of

_HASH = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"


def load_data() -> tuple[Pair, Pair]:
    """`(x_train, y_train), (x_test, y_test)`: 50,000 and 10,000 photographs.

    The kinds are airplane, automobile, bird, cat, deer, dog, frog, horse, ship and truck.

    Returns:
        Images as uint8 of shape (n, 32, 32, 3), kinds as uint8 of shape (n, 1).
    """
    (x_train, y_train), (x_test, y_test) = (
        batches_of("cifar-10-python.tar.gz", _HASH, "cifar-10-batches-py", files, "labels")
        for files in ([f"data_batch_{i}" for i in range(1, 6)], ["test_batch"])
    )
    return (x_train, y_train.astype(np.uint8)), (x_test, y_test.astype(np.uint8))
