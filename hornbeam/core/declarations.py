"""What functions and classes declare of themselves, where they are defined, and everything else asks them for.

    row_independent    a row of the result depends on that row of the arguments alone
    passes_values      the result holds nothing but values of the arguments, in another order or shape
    gives              what the values of an activation are: "probabilities", each between 0 and 1 by itself, or "class
                       probabilities", which sum to 1 along the last axis

Of a function that declares nothing, such as a user's own, nothing is known; an attribute of one of these names on it
is a declaration. Layers, losses and metrics declare in attributes of their classes; `of` reads those alone, so that an
object may have an attribute of any of these names for something else.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

Gives = Literal["probabilities", "class probabilities"] | None


def declare(fn: Any = None, *, row_independent: bool = False, passes_values: bool = False, gives: Gives = None) -> Any:
    """Let a function say what it is; also as a decorator, `@declare(...)`.

    Args:
        fn: the function.
        row_independent: of arrays that have the axes of the result, and where no `axis` is the first.
        passes_values: as above.
        gives: as above.
    """
    facts: dict[str, Any] = {"row_independent": row_independent, "passes_values": passes_values, "gives": gives}
    if fn is None:
        return functools.partial(declare, **facts)
    vars(fn).update(facts)
    return fn


def is_row_independent(fn: Any, options: Mapping[str, Any] | None = None) -> bool:
    """Whether each row of the result of `fn(..., **options)` depends on that row of its arrays alone.

    An `axis` may be that of the rows if it is the first, all of them, or counted from the end and not the last.
    """
    options = options or {}
    if isinstance(fn, functools.partial):
        return not fn.args and is_row_independent(fn.func, {**fn.keywords, **options})
    owner = getattr(fn, "__self__", None)  # a loss, of which `fn` is a method
    if not (getattr(fn, "row_independent", False) if owner is None else of(owner, "row_independent")):
        return False
    parameter = signature(fn).parameters.get("axis")
    axis = -1 if parameter is None else options.get("axis", parameter.default)
    axes = axis if isinstance(axis, list | tuple) else (axis,)
    return all(a is not None and (a > 0 or a == -1) for a in axes)


@functools.lru_cache(maxsize=1000)
def signature(fn: Callable[..., Any]) -> inspect.Signature:
    """How `fn` is called; remembered, because finding out takes longer than all else that is asked here."""
    return inspect.signature(fn)


class fact:
    """A declaration of a class that depends on the object: a method that gives it."""

    def __init__(self, method: Callable[[Any], Any]):
        self.method = method
        self.__doc__ = method.__doc__

    def __get__(self, obj: Any, owner: Any = None) -> Any:
        return self if obj is None else self.method(obj)


def of(obj: Any, name: str) -> Any:
    """What the class of `obj` declares under `name`; `None` where it declares nothing."""
    declared = getattr(type(obj), name, None)
    return declared.method(obj) if isinstance(declared, fact) else declared


def forget_inherited(cls: type, methods: Iterable[str], unknown: Mapping[str, Any]) -> None:
    """Give a class that defines one of `methods` the values `unknown` for what it does not itself declare.

    What it computes is not what its base computes, so that a declaration of its base says nothing about it.
    """
    if any(method in cls.__dict__ for method in methods):
        for name, value in unknown.items():
            if name not in cls.__dict__:
                setattr(cls, name, value)
