"""A dataset in two parts."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.data.pipeline import Dataset, leaves


def split_dataset(
    dataset: Any,
    left_size: int | float | None = None,
    right_size: int | float | None = None,
    shuffle: bool = False,
    seed: int | None = None,
    preferred_backend: str | None = None,
) -> tuple[Any, Any]:
    """The first and the last rows of a dataset, in two.

    >>> import hornbeam, numpy as np
    >>> left, right = hornbeam.utils.split_dataset((np.arange(4), np.arange(4) * 2), left_size=0.75)
    >>> [x.tolist() for x, y in left.batch(2)], [y.tolist() for x, y in right.batch(2)]
    ([[0, 1], [2]], [[6]])

    Args:
        dataset: an array, a tuple, list or dict of arrays with as many rows, which become two `Dataset`s of single
            rows; a `Dataset`, of batches too; what gives samples by number, as a dataset of PyTorch's, of which the
            parts do, too; or else an iterable of samples, which becomes two lists.
        left_size: rows of the first part: how many, or the share of all.
        right_size: likewise of the second, which has the last rows; by default the others.
        shuffle: whether rows are drawn at random.
        seed: an integer for the same ones every time.
        preferred_backend: accepted for code written for Keras: the parts are what `fit` takes on any engine.
    """
    if left_size is None and right_size is None:
        raise ValueError("`left_size` or `right_size` must be given. Received: neither.")
    if isinstance(dataset, Dataset):
        return _split(dataset, left_size, right_size, shuffle, seed)
    take, count = _rows(dataset)
    left, right = _count("left_size", left_size, count), _count("right_size", right_size, count)
    left = count - right if left is None else left  # type: ignore[operator]
    right = count - left if right is None else right
    if left + right > count:
        raise ValueError(
            f"`left_size` and `right_size` must not be more than all {count} rows together. "
            f"Received: left_size={left_size}, right_size={right_size}."
        )
    order = np.random.default_rng(seed).permutation(count) if shuffle else np.arange(count)
    return take(order[:left]), take(order[count - right :])


class Part:
    """Some samples of what gives samples by number."""

    def __init__(self, dataset: Any, order: np.ndarray):
        self.dataset = dataset
        self.order = order.tolist()

    def __getitem__(self, index: int) -> Any:
        return self.dataset[self.order[index]]

    def __len__(self) -> int:
        return len(self.order)


def _split(dataset: Dataset, *arguments: Any) -> tuple[Dataset, Dataset]:
    """The rows in two parts, each in batches of the same size if they were in batches."""
    elements, size = list(dataset), None
    if dataset.batched and elements:
        size = len(leaves(elements[0])[0])
        elements = list(Dataset(lambda batches=elements: iter(batches)).unbatch())  # type: ignore[misc]

    def whole(part: list[Any]) -> Dataset:
        data = Dataset(lambda: iter(part), len(part), dataset.class_names)
        return data if size is None else data.batch(size)

    left, right = split_dataset(iter(elements), *arguments)
    return whole(left), whole(right)


def _rows(dataset: Any) -> tuple[Callable[[np.ndarray], Any], int]:
    """How rows are taken, and how many there are."""
    arrays = _arrays(dataset)
    if arrays:
        _same_length(arrays)
        return lambda order: Dataset.from_tensor_slices(_rows_of(dataset, order)), len(arrays[0])
    if hasattr(dataset, "__getitem__") and hasattr(dataset, "__len__") and not hasattr(dataset, "__iter__"):
        return lambda order: Part(dataset, order), len(dataset)
    if not hasattr(dataset, "__iter__") or isinstance(dataset, str):
        raise TypeError(
            f"`dataset` must be arrays or an iterable of samples. Received: dataset of type {type(dataset).__name__}."
        )
    samples = list(dataset)
    return lambda order: [samples[i] for i in order], len(samples)


def _arrays(dataset: Any) -> list[Any]:
    """The arrays that a dataset consists of, if it does."""
    if isinstance(dataset, dict):
        return [_array(part) for part in dataset.values()]
    found = dataset if isinstance(dataset, list | tuple) else [dataset]
    return [_array(part) for part in found] if all(hasattr(part, "shape") for part in found) else []


def _array(value: Any) -> Any:
    return value if engine.is_tensor(value) else np.asarray(value)


def _rows_of(dataset: Any, order: np.ndarray) -> Any:
    rows = [part[order] for part in _arrays(dataset)]
    if isinstance(dataset, dict):
        return dict(zip(dataset, rows, strict=True))
    return tuple(rows) if isinstance(dataset, list | tuple) else rows[0]


def _same_length(parts: Any) -> None:
    lengths = [len(part) for part in parts]
    if len({*lengths}) != 1:
        raise ValueError(f"The arrays of `dataset` must have as many rows each. Received: {lengths}.")


def _count(name: str, size: int | float | None, count: int) -> int | None:
    if size is None:
        return None
    if isinstance(size, bool) or not isinstance(size, int | float):
        raise TypeError(f"`{name}` must be an integer, a float or None. Received: {name}={size!r}.")
    if not 0 < size <= (1 if isinstance(size, float) else count):
        raise ValueError(
            f"`{name}` must be a number of rows, of {count}, or a share between 0 and 1. Received: {name}={size}."
        )
    return math.floor(size * count + 0.5) if isinstance(size, float) else size
