"""`provided`: what Hornbeam knows of an object under a name that users may want for something of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class provided:
    """An attribute that Hornbeam gives a value, unless the user's class or object has one of this name."""

    def __init__(self, find: Callable[[Any], Any]):
        self.find = find
        self.__doc__ = find.__doc__

    def __get__(self, owner: Any, cls: type) -> Any:
        return self if owner is None else self.find(owner)
