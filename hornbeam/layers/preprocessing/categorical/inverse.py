"""From indices back to tokens."""

from __future__ import annotations

from typing import Any

import numpy as np


def inverted(indices: np.ndarray, tokens: list[Any], unknown: Any, dtype: Any) -> np.ndarray:
    """The tokens at `indices`; `unknown` where there is none."""
    table = np.array([*tokens, unknown], dtype)
    is_inside = (indices >= 0) & (indices < len(tokens))
    return table[np.where(is_inside, indices, len(tokens))]
