"""What a user may pass for arrays: lists, DataFrames, tensors of any library, and nests of those.

Libraries are recognised by the module of a value's class; none is imported here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

_SCALARS = {int, float, bool}


def package_of(value: Any) -> str:
    """The top-level package that the value's class comes from."""
    return type(value).__module__.split(".")[0]


def is_kind(value: Any, package: str, *names: str) -> bool:
    """Whether the value's class, or a base of it, is called one of `names` and lives in `package`."""
    return any(base.__name__ in names and _inside(base.__module__, package) for base in type(value).__mro__)


def _inside(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def is_array(value: Any) -> bool:
    """Whether the value is one array: it has a shape, or is a list of numbers."""
    if isinstance(value, list | tuple):
        return is_list_of_numbers(value)
    return not isinstance(value, Mapping) and (hasattr(value, "shape") or hasattr(value, "__array__"))


def is_frame(value: Any) -> bool:
    return hasattr(value, "columns") and hasattr(value, "to_numpy")


def is_list_of_numbers(value: Any) -> bool:
    """Whether nested lists hold nothing but scalars, so that they are one array."""
    if not isinstance(value, list | tuple):
        return value is None or isinstance(value, str | bytes) or np.isscalar(value)
    return set(map(type, value)) <= _SCALARS or all(is_list_of_numbers(item) for item in value)


def map_arrays(fn: Callable[[Any, str], Any], value: Any, where: str) -> Any:
    """`fn(array, where)` on each array of nested lists, tuples and dicts; the nesting stays, `None` stays."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        return {key: map_arrays(fn, item, f"{where}[{key!r}]") for key, item in value.items()}
    if isinstance(value, list | tuple) and not is_list_of_numbers(value):
        items = [map_arrays(fn, item, f"{where}[{i}]") for i, item in enumerate(value)]
        return items if isinstance(value, list) else tuple(items)
    return fn(value, where)


class Memo:
    """Results remembered by the identity of the object: what was the same object before still is after it."""

    def __init__(self) -> None:
        self._done: dict[int, tuple[Any, Any]] = {}  # with the object itself, so that its id stays its own

    def __call__(self, value: Any, make: Callable[[], Any]) -> Any:
        if id(value) not in self._done:
            self._done[id(value)] = (value, make())
        return self._done[id(value)][1]


def map_batch(fn: Callable[[Any], Any], data: tuple[Any, Any, Any]) -> tuple[Any, Any, Any]:
    """`fn` on every array of `(x, y, sample_weight)`, once on one that is there several times."""
    memo = Memo()
    x, y, sample_weight = (map_arrays(lambda array, _: memo(array, lambda: fn(array)), part, "") for part in data)
    return x, y, sample_weight
