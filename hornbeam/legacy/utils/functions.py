"""Keras 2's `utils.generic_utils`: functions, their arguments and their code."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from hornbeam.core import stored_code


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


def func_dump(func: Callable[..., Any]) -> tuple[Any, Any, Any]:
    """A key under which `func_load` finds the function in this process: code is not written to files here."""
    if stored_code.remembered is None:
        raise NotImplementedError(
            f"`func_dump` would write code to a file, which is not done here. Received: `{_name(func)}`; give it a "
            "name with `hornbeam.saving.register_keras_serializable()`, which files keep instead."
        )
    return stored_code.remember(func), getattr(func, "__defaults__", None), None


def func_load(code: Any, defaults: Any = None, closure: Any = None, globs: Any = None) -> Callable[..., Any]:
    """The function that `func_dump` was given, in the same process: code in a file is never run here."""
    found = stored_code.recall(code[0] if isinstance(code, list | tuple) else code)
    if found is None:
        raise NotImplementedError(
            "`func_load` would run code that is in a file, which is not done here: define the function in your program "
            "and pass it in `custom_objects`."
        )
    return found


def _name(func: Any) -> str:
    return getattr(func, "__name__", type(func).__name__)
