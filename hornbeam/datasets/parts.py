"""Rows shuffled and divided into those for training and those for a test."""

from __future__ import annotations

from typing import Any

import numpy as np


def check_split(test_split: float) -> None:
    """Raise unless it is a share of the rows."""
    if not 0 <= test_split < 1:
        raise ValueError(f"`test_split` must be at least 0 and less than 1. Received: test_split={test_split!r}.")


def shuffled(seed: int, *arrays: np.ndarray) -> list[np.ndarray]:
    """Arrays in one other order, which follows from the seed."""
    order = np.random.RandomState(seed).permutation(len(arrays[0]))
    return [array[order] for array in arrays]


def divided(x: Any, y: Any, test_split: float) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """`(x_train, y_train), (x_test, y_test)`: the test has the last rows."""
    count = int(len(x) * (1 - test_split))
    return (x[:count], y[:count]), (x[count:], y[count:])
