"""Elements of the dtypes that a script has declared: `from_generator(output_signature=...)`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from hornbeam.core import dtypes
from hornbeam.data.pipeline.element import Element, as_element


def declared(value: Any, kinds: Any) -> Any:
    """`value` as an element, each part in the dtype that `kinds` has at its place.

    Args:
        value: nested tuples, lists and dictionaries of arrays and numbers.
        kinds: dtypes, or what has a `dtype`, in the same nest.

    Raises:
        ValueError: where the nests differ.
    """
    if isinstance(kinds, Mapping):
        _check(isinstance(value, Mapping) and set(kinds) <= set(value), value, kinds)
        return {key: declared(value[key], kind) for key, kind in kinds.items()}
    if isinstance(kinds, tuple | list) and not hasattr(kinds, "dtype"):
        _check(isinstance(value, tuple | list | np.ndarray) and len(value) == len(kinds), value, kinds)
        return tuple(declared(part, kind) for part, kind in zip(value, kinds, strict=True))
    return _in_dtype(value, str(getattr(kinds, "dtype", kinds)))


def _in_dtype(value: Any, dtype: str) -> Element:
    element: Any = as_element(value if hasattr(value, "shape") else np.asarray(value))
    return element if dtype == "string" else element.astype(dtypes.numpy_dtype(dtypes.standardize(dtype)), copy=False)


def _check(fits: bool, value: Any, kinds: Any) -> None:
    if not fits:
        raise ValueError(
            f"A generator must give what was declared, {kinds}. Received: {type(value).__name__} {str(value)[:80]}."
        )
