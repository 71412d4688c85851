"""Plain data (numbers, text, arrays, in lists, tuples and dictionaries) as JSON and a list of arrays, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

_ATOMS = (bool, int, float, str, type(None))


def is_plain(value: Any) -> bool:
    """Whether `pack` takes it.

    >>> is_plain({"best": 0.5, "weights": [np.zeros(2)]}), is_plain(print)
    (True, False)
    """
    if isinstance(value, dict):
        return all(isinstance(key, int | str) and is_plain(item) for key, item in value.items())
    if type(value) in (list, tuple, set):
        return all(map(is_plain, value))
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind in "fiubcV" and value.dtype.names is None
    return type(value) in _ATOMS


def pack(value: Any, arrays: list[np.ndarray]) -> Any:
    """`value` for JSON; its arrays are added to `arrays`."""
    if isinstance(value, dict):
        return {"dict": [[key, pack(item, arrays)] for key, item in value.items()]}
    if isinstance(value, tuple | set):
        return {type(value).__name__: [pack(item, arrays) for item in value]}
    if isinstance(value, list):
        return [pack(item, arrays) for item in value]
    if isinstance(value, np.ndarray | np.generic):
        arrays.append(np.array(value))
        return {"array" if isinstance(value, np.ndarray) else "number": len(arrays) - 1}
    return value


def unpack(packed: Any, arrays: list[np.ndarray]) -> Any:
    """What was packed.

    Raises:
        LookupError, TypeError, ValueError: for what `pack` does not give.
    """
    if isinstance(packed, list):
        return [unpack(item, arrays) for item in packed]
    if not isinstance(packed, dict):
        return packed
    ((kind, inside),) = packed.items()
    if kind in ("array", "number"):
        return arrays[inside] if kind == "array" else arrays[inside][()]
    if kind == "dict":
        return {key: unpack(item, arrays) for key, item in inside}
    return {"tuple": tuple, "set": set}[kind](unpack(item, arrays) for item in inside)
