"""`arguments_of`: a method of a base class that has the arguments of another one, which each class defines anew."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable
from typing import Any


def arguments_of(other: str) -> Callable[[Callable[..., Any]], Any]:
    """Let a method show the arguments of the method `other` of the same class: it takes what that one takes."""
    return lambda method: _Method(method, other)


class _Method:
    """The method, as the class that it is looked up in has it."""

    def __init__(self, method: Callable[..., Any], other: str):
        self.method = method
        self.other = other

    def __get__(self, owner: Any, cls: Any = None) -> Any:
        shown = _shown(self.method, getattr(cls, self.other))
        return shown if owner is None else types.MethodType(shown, owner)


@functools.lru_cache(1024)
def _shown(method: Callable[..., Any], other: Callable[..., Any]) -> Callable[..., Any]:
    """`method` with the signature of `other`; the same one each time, so that two classes can be compared."""

    @functools.wraps(method)
    def fn(*args: Any, **kwargs: Any) -> Any:
        return method(*args, **kwargs)

    result = inspect.signature(method).return_annotation
    fn.__signature__ = inspect.signature(other).replace(return_annotation=result)  # type: ignore[attr-defined]
    return fn


def overrides(cls: type, base: type, name: str) -> bool:
    """Whether a class, or one between it and its base, defines the member `name` of `base` anew."""
    return next(vars(one)[name] for one in cls.__mro__ if name in vars(one)) is not vars(base)[name]
