"""Keras 2's `utils.test_utils.get_test_data`."""

from __future__ import annotations

from typing import Any

import numpy as np

Arrays = tuple[np.ndarray, np.ndarray]


def get_test_data(
    num_train: int = 1000,
    num_test: int = 500,
    input_shape: Any = (10,),
    output_shape: Any = (2,),
    classification: bool = True,
    num_classes: int = 2,
) -> tuple[Arrays, Arrays]:
    """Random data that a model can learn: `(x_train, y_train), (x_test, y_test)`, from NumPy's global generator.

    Args:
        num_train, num_test: how many samples there are.
        input_shape: of one sample.
        output_shape: of one target, unless it is a class.
        classification: whether targets are integers, the classes.
        num_classes: how many.
    """
    count = num_train + num_test
    centres = np.random.randint(0, num_classes, count) if classification else np.random.random(count)
    x = _around(centres, input_shape)
    y = centres if classification else _around(centres, output_shape)
    return (x[:num_train], y[:num_train]), (x[num_train:], y[num_train:])


def _around(centres: np.ndarray, shape: Any) -> np.ndarray:
    at = centres.reshape(-1, *[1] * len(tuple(shape)))
    return np.random.normal(at, 0.7, (len(centres), *shape)).astype(np.float32)
