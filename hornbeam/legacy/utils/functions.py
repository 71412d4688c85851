"""Keras 2's `utils.generic_utils`: functions, their arguments and their code."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Never


def has_arg(fn: Callable[..., Any], name: str, accept_all: bool = False) -> bool:
    """Whether a function takes an argument by this name, or any by name if `accept_all` is true."""
    parameters = inspect.signature(fn).parameters
    if accept_all and any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        return True
    found = parameters.get(name)
    return found is not None and found.kind in (found.POSITIONAL_OR_KEYWORD, found.KEYWORD_ONLY)


def getargspec(fn: Callable[..., Any]) -> inspect.FullArgSpec:
    """The arguments of a function, as `inspect.getfullargspec` gives them."""
    return inspect.getfullargspec(fn)


def func_dump(func: Callable[..., Any]) -> Never:
    """An error: code is not written to files here."""
    raise NotImplementedError(
        f"`func_dump` would write code to a file, which is not done here. Received: `{_name(func)}`; give it a name "
        "with `hornbeam.saving.register_keras_serializable()`, which files keep instead."
    )


def func_load(code: Any, defaults: Any = None, closure: Any = None, globs: Any = None) -> Never:
    """An error: code in a file is never run here."""
    raise NotImplementedError(
        "`func_load` would run code that is in a file, which is not done here: define the function in your program and "
        "pass it in `custom_objects`."
    )


def _name(func: Any) -> str:
    return getattr(func, "__name__", type(func).__name__)
