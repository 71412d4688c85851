"""Keras 2's `legacy.interfaces`: decorators that took Keras 1's arguments, which classes of today take themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

__all__ = ["generate_legacy_interface"]


def __getattr__(name: str) -> Any:
    if re.fullmatch(r"(legacy|add|raise)_\w+|\w+_args_preprocessor|recurrent_args_preprocessor", name):
        return _as_it_is
    raise AttributeError(f"module `{__name__}` has no attribute `{name}`")


def generate_legacy_interface(*args: Any, **kwargs: Any) -> Callable[..., Any]:
    """A decorator that changes nothing."""
    return _as_it_is


def _as_it_is(function: Any) -> Any:
    return function
