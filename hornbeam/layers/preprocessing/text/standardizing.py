"""Text without differences that do not matter. Only letters and punctuation of ASCII are changed, as in Keras."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

NAMES = ("lower_and_strip_punctuation", "lower", "strip_punctuation")
_PUNCTUATION = b"!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'"
_UPPER = bytes(range(65, 91))
_LOWER = bytes.maketrans(_UPPER, _UPPER.lower())
# Between texts that are changed together: no character is encoded with it.
_BETWEEN = b"\xff"
_CODE = ("utf-8", "surrogatepass")


def standardized(texts: list[str], how: Any) -> list[str]:
    """The texts, standardized in a way that has a name, or by a function of an array of strings."""
    if how is None:
        return texts
    if callable(how):
        return _by_function(texts, how)
    table = _LOWER if how.startswith("lower") else None
    content = _BETWEEN.join([text.encode(*_CODE) for text in texts])
    content = content.translate(table, _PUNCTUATION if how.endswith("punctuation") else b"")
    return [part.decode(*_CODE) for part in content.split(_BETWEEN)] if texts else []


def _by_function(texts: list[str], fn: Callable[[Any], Any]) -> list[str]:
    results = strings_of(fn(np.array(texts, dtype=np.str_)))
    if len(results) != len(texts):
        raise ValueError(
            "`standardize` must give one string for each that it gets: it is called with an array of strings. "
            f"Received: {len(results)} strings for {len(texts)}."
        )
    return results


def strings_of(values: Any) -> list[str]:
    """What a user's function gave as a list of Python strings."""
    values = values.numpy() if hasattr(values, "numpy") else values
    flat: Sequence[Any] = np.asarray(values).reshape(-1).tolist()
    return [value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in flat]
