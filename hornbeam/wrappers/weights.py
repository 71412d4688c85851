"""Weights of rows, as scikit-learn means them: 2 is as if the row were there twice, 0 as if it were not there."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import _check_sample_weight


def row_weights(sample_weight: Any, class_weight: Any, y: np.ndarray) -> np.ndarray | None:
    """The weight of each row, its class's included; `None` where all count the same.

    Raises:
        ValueError: for weights of another shape, and where all are zero.
    """
    if sample_weight is None and class_weight is None:
        return None
    given = np.ones(len(y)) if sample_weight is None else _check_sample_weight(sample_weight, y, dtype=np.float64)
    weights = given if class_weight is None else given * compute_sample_weight(class_weight, y)
    if not np.any(weights):
        raise ValueError("`sample_weight` must have a number that is not zero. Received: zeros alone.")
    return weights


def normalized(weights: np.ndarray) -> np.ndarray:
    """Weights of mean 1: a loss is divided by the number of rows, and should be by the sum of their weights."""
    return (weights * (len(weights) / weights.sum())).astype(np.float32)
