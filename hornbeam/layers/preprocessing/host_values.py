"""What a host layer is called on, as NumPy arrays: numbers, or strings as Python objects."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import engine

_TEXT = "USOT"


def as_host_array(value: Any, where: str) -> np.ndarray:
    """An array of any library, a list, a string or a number as a NumPy array; strings are objects in it.

    Raises:
        ValueError: for rows of different lengths.
        TypeError: for a tensor of a program that is being made, which has no values.
    """
    if engine.is_traced(value):
        raise TypeError(
            f"{where} computes on the host, with NumPy, and needs values. Received: a tensor of a program that is "
            "being made; apply the layer directly to an `Input`, before all layers that compute on the device, or to "
            "the data itself."
        )
    if engine.is_tensor(value):
        return engine.to_numpy(value)
    if hasattr(value, "to_numpy"):  # pandas, polars
        value = value.to_numpy()
    elif not isinstance(value, np.ndarray) and hasattr(value, "numpy"):  # a tensor of another library
        value = value.numpy()
    if not isinstance(value, np.ndarray):
        value = _from_lists(value, where)
    return value.astype(object) if value.dtype.kind in _TEXT and value.dtype != object else value


def _from_lists(value: Any, where: str) -> np.ndarray:
    array = np.array(value, dtype=object)
    flat = array.reshape(-1).tolist()
    if any(isinstance(item, list | tuple | np.ndarray) for item in flat):
        raise ValueError(
            f"{where} needs rows of one length. Received: lists of different lengths; pad them with empty strings."
        )
    return array if _holds_text(flat) else np.array(flat).reshape(array.shape)


def is_text(array: np.ndarray) -> bool:
    """Whether an array from `as_host_array` holds strings."""
    return array.dtype == object


def texts_of(array: np.ndarray, where: str, encoding: str = "utf-8") -> list[str]:
    """The strings of an array, row after row; bytes are decoded.

    Raises:
        TypeError: for what is no string.
    """
    flat: list[Any] = array.reshape(-1).tolist()
    kinds = set(map(type, flat))
    if kinds <= {str}:
        return flat
    if all(issubclass(kind, str | bytes) for kind in kinds):
        return [item if isinstance(item, str) else item.decode(encoding, "replace") for item in flat]
    place, found = next((i, item) for i, item in enumerate(flat) if not isinstance(item, str | bytes))
    if found is None or found != found:
        raise TypeError(
            f"{where} needs strings. Received: a missing value ({found!r}) at place {place}; fill it in first, as "
            '`column.fillna("")` does.'
        )
    raise TypeError(
        f"{where} needs strings. Received: {found!r} ({type(found).__name__}); turn numbers into strings with "
        "`x.astype(str)`, or use `IntegerLookup` for integers."
    )


def integers_of(array: np.ndarray, where: str) -> np.ndarray:
    """The array as int64.

    Raises:
        TypeError: for what is no whole number.
    """
    if array.dtype.kind in "biu":
        return array.astype(np.int64)
    if array.dtype.kind == "f" and np.all(array == np.floor(array)):
        return array.astype(np.int64)
    sample = array.reshape(-1)[:1].tolist()
    raise TypeError(
        f"{where} needs integers. Received: {array.dtype if array.dtype != object else 'strings'}, such as "
        f"{', '.join(map(repr, sample))}; use `StringLookup` for strings, `Discretization` for fractions."
    )


def _holds_text(flat: list[Any]) -> bool:
    kinds = set(map(type, flat))
    return any(issubclass(kind, str | bytes) or not issubclass(kind, bool | int | float | np.generic) for kind in kinds)
