"""Small data sets, downloaded once and kept in `~/.keras/datasets` (or below `$KERAS_HOME`), as NumPy arrays."""

from hornbeam.datasets import (
    boston_housing,
    california_housing,
    cifar10,
    cifar100,
    fashion_mnist,
    imdb,
    mnist,
    reuters,
)

__all__ = [
    "boston_housing",
    "california_housing",
    "cifar10",
    "cifar100",
    "fashion_mnist",
    "imdb",
    "mnist",
    "reuters",
]
