"""Arguments by the names that they had in Keras 1 and 2."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any


def accept_old(fn: Callable[..., Any], **names: str) -> Any:
    """`fn` that also takes some arguments by old names: `accept_old(relu, alpha="negative_slope")`.

    >>> double = accept_old(lambda value: 2 * value, number="value")
    >>> double(number=4), double(4)
    (8, 8)
    """

    @functools.wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        for old, new in names.items():
            if old in kwargs:
                kwargs[new] = kwargs.pop(old)
        return fn(*args, **kwargs)

    parameters = list(inspect.signature(fn).parameters.values())
    old = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None) for name in names]
    wrapper.__signature__ = inspect.Signature([*parameters, *old])  # type: ignore[attr-defined]
    wrapper.old_names = names  # type: ignore[attr-defined]
    return wrapper
