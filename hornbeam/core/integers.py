"""Whether an argument is an integer, such as a count, and the sentence for one that is not."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def is_integer(value: Any, least: float = -math.inf) -> bool:
    """Whether `value` is an integer of Python or NumPy, but no truth value, and at least `least`."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and bool(value >= least)


def check_count(name: str, value: Any, least: int = 0) -> None:
    """Raise for an argument that is no integer of at least `least`, which is 0 or 1."""
    if not is_integer(value, least):
        kind = "positive" if least else "non-negative"
        raise ValueError(f"`{name}` must be a {kind} integer. Received: {name}={value!r:.80}.")
