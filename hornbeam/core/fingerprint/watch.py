"""`Watch`: whether all that was read is still the very same, in a few passes that run in C.

An object's garbage-collection visitor names every object that it refers to. So `gc.get_referents` of all containers at
once is a picture of what they hold, and two pictures are compared by the addresses in them. A picture keeps what is in
it alive: no address is used again.
"""

from __future__ import annotations

import ctypes
import functools
import gc
import itertools
import sys
import types
from collections.abc import Callable
from typing import Any

_MISSING = object()
_END = [object()]  # stands between two containers in a picture, so that nothing moves from one to the other unseen


class Watch:
    """What was read, and how it was when `start` was called."""

    def __init__(self) -> None:
        self._holders: list[Any] = []
        self._keyed: list[dict[Any, Any]] = []
        self._places: tuple[list[dict[Any, Any]], list[Any]] = ([], [])
        self._checks: list[tuple[Callable[[Any], Any], Any, Any]] = []

    def object(self, value: Any) -> None:
        """What an object refers to: the items of a list, the slots and the class of an instance, a function's code."""
        self._holders += (value, _END)

    def mapping(self, value: dict[Any, Any]) -> None:
        """The items of a dictionary, and its keys: a visitor shows keys only where one of them is not a string."""
        self._holders += (value, _END)
        self._keyed.append(value)

    def attributes(self, value: dict[str, Any]) -> None:
        """The values in the `vars` of one of Hornbeam's objects, which renames none of its attributes."""
        self._holders += (value, _END)

    def instance(self, value: Any, content: dict[str, Any]) -> None:
        """One of Hornbeam's objects and its `vars`."""
        self._holders += (value, content, _END)

    def place(self, holder: dict[Any, Any], key: Any) -> None:
        """One item of a dictionary, whether it is there or not."""
        self._places[0].append(holder)
        self._places[1].append(key)

    def check(self, read: Callable[[Any], Any], value: Any, expected: Any) -> None:
        """That `read(value)` still equals `expected`."""
        self._checks.append((read, value, expected))

    def start(self) -> None:
        self._holders_given = tuple(self._holders)
        self._keys = list(map(list, self._keyed))
        self._picture = self._look()
        self._addresses = _addresses(self._picture)

    def holds(self) -> bool:
        """Whether everything is still the very same."""
        picture = self._look()
        if len(picture) != len(self._picture) or _addresses(picture) != self._addresses:
            return False
        return not (self._keyed or self._checks) or self._is_equal()

    def _is_equal(self) -> bool:
        """Whether the keys of dictionaries, and what has to be read to be known, are as they were."""
        try:
            return list(map(list, self._keyed)) == self._keys and all(
                read(value) == expected for read, value, expected in self._checks
            )
        except Exception:  # a comparison of the user's own that fails has met something new
            return False

    def _look(self) -> tuple[Any, ...]:
        if not self._places[0]:
            return tuple(gc.get_referents(*self._holders_given))
        there = map(dict.get, *self._places, itertools.repeat(_MISSING))
        return (*gc.get_referents(*self._holders_given), *there)


def items_of_proxy(proxy: types.MappingProxyType[Any, Any]) -> dict[Any, Any]:
    """The dictionary behind a read-only view, such as the `vars` of a class."""
    return gc.get_referents(proxy)[0]


_HEAD, _POINTER = tuple.__basicsize__, ctypes.sizeof(ctypes.c_void_p)


def _addresses_quickly(items: tuple[Any, ...]) -> bytes:
    """Where the items of a tuple are: their addresses lie side by side behind the tuple's head."""
    return _window(len(items)).from_address(id(items) + _HEAD).raw


@functools.lru_cache(1024)
def _window(count: int) -> Any:
    """A type that looks at memory: unlike `ctypes.string_at` it calls no foreign function, which takes microseconds."""
    return ctypes.c_char * (count * _POINTER)


def _addresses_slowly(items: tuple[Any, ...]) -> bytes:
    return b"".join(id(item).to_bytes(_POINTER, sys.byteorder) for item in items)


def _is_known_layout() -> bool:
    """Whether tuples of this Python are laid out as `_addresses_quickly` takes them to be."""
    items = (_MISSING, _END)
    try:
        return _addresses_quickly(items) == _addresses_slowly(items)
    except (OSError, ValueError):
        return False


_addresses = _addresses_quickly if _is_known_layout() else _addresses_slowly
