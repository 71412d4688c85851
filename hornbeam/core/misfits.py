"""Configs whose values fit nothing, or name what is unknown: an error that says which, or a warning."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hornbeam.core.registry import UnknownNameError
from hornbeam.core.renaming.notice import warn_caller

# What wrong values in a config lead to, somewhere in a constructor.
_MISFITS = (TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError, AssertionError, MemoryError)


@contextmanager
def checking(what: str) -> Iterator[None]:
    """Inside, errors that wrong values lead to become a `ValueError` about the config of `what`."""
    try:
        yield
    except _MISFITS as error:
        raise ValueError(f"The config of {what} does not fit: {error or type(error).__name__}") from error


def compile_as(model: Any, config: Any, shown: str) -> None:
    """Compile a model that was read as its `compile_config` says, or warn where that names what is unknown here.

    Raises:
        ValueError: when the config is malformed.
    """
    try:
        with checking("the arguments of `compile`"):
            type(model).compile_from_config(model, config)
    except UnknownNameError as error:
        warn_caller(f"{shown} is loaded, but must be compiled anew before training: {error}")
