"""Whether the weights of a model are numbers that anybody would want to go on from."""

from __future__ import annotations

from typing import Any

import numpy as np


def spoiled(model: Any) -> list[str]:
    """The paths of weights that are NaN somewhere, or infinite and trained.

    A weight that is not trained may be infinite on purpose: a mask, for example.
    """
    trained = {id(variable) for variable in model.trainable_weights}
    return [v.path for v in model.weights if _is_spoiled(v.numpy(), id(v) in trained)]


def _is_spoiled(value: np.ndarray, is_trained: bool) -> bool:
    if value.dtype.kind in "iubOSU":
        return False
    value = value if value.dtype.kind in "fc" else value.astype(np.float32)  # bfloat16 and its like
    return bool(np.isnan(value).any() or (is_trained and np.isinf(value).any()))
