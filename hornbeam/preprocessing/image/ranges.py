"""What is said of ranges, fill modes and the like that are none, before anything is drawn."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

from hornbeam.core.integers import is_integer
from hornbeam.preprocessing.image.affine import FILL_MODES

_OF_SCIPY = ("mirror", "grid-mirror", "grid-wrap", "grid-constant")


def check_pair(name: str, value: Any) -> None:
    """Raise unless it is a list of two numbers."""
    if not isinstance(value, list | tuple | np.ndarray) or len(value) != 2 or not all(map(_is_number, value)):
        raise ValueError(f"`{name}` must be a list of two numbers, the least and the largest. Received: {value!r}.")


def check_limits(**limits: Any) -> None:
    """Raise for what is no number."""
    for name, limit in limits.items():
        if not _is_number(limit):
            raise TypeError(f"`{name}` must be a number. Received: {limit!r}.")


def check_shifts(**shifts: Any) -> None:
    """Raise for a distance that is neither a number nor a list of numbers."""
    for name, shift in shifts.items():
        many = isinstance(shift, list | tuple | np.ndarray)
        if not all(map(_is_number, shift)) if many else not _is_number(shift):
            raise TypeError(
                f"`{name}` must be a part of the size, a number of pixels, or a list of those to choose from. "
                f"Received: {shift!r}."
            )


def check_sampling(fill_mode: Any, order: Any) -> None:
    """Raise for a fill mode or an order of interpolation that SciPy does not have either."""
    if fill_mode not in (*FILL_MODES, *_OF_SCIPY):
        allowed = ", ".join(map(repr, FILL_MODES))
        raise ValueError(f"`fill_mode` must be one of {allowed}. Received: fill_mode={fill_mode!r}.")
    if not is_integer(order, 0) or order > 5:
        raise ValueError(f"`interpolation_order` must be an integer from 0 to 5. Received: {order!r}.")


def check_function(name: str, value: Any) -> None:
    """Raise unless it is a function or `None`."""
    if value is not None and not callable(value):
        raise TypeError(f"`{name}` must be a function of an image, or None. Received: {value!r}.")


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Real)
