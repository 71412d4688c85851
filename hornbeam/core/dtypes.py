"""Names of dtypes."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np

FLOATS = ("bfloat16", "float16", "float32", "float64")
SIGNED = ("int8", "int16", "int32", "int64")
UNSIGNED = ("uint8", "uint16", "uint32", "uint64")
FLOAT8 = ("float8_e4m3fn", "float8_e5m2")  # kept, not computed with
ALL = (*FLOATS, *SIGNED, *UNSIGNED, "bool", "complex64", "complex128", "string", *FLOAT8)
_ALIASES = {
    "float": "float32",
    "half": "float16",
    "double": "float64",
    "int": "int32",
    "bool_": "bool",
    "str": "string",
    "complex": "complex64",
}

_floatx = "float32"


def floatx() -> str:
    """The dtype of weights and inputs that do not name one; "float32" unless changed."""
    return _floatx


def set_floatx(value: str) -> None:
    """Set the dtype of weights and inputs that do not name one.

    Raises:
        ValueError: unless `value` is one of "bfloat16", "float16", "float32", "float64".
    """
    global _floatx
    if value not in FLOATS:
        raise ValueError(f"`floatx` must be one of {', '.join(FLOATS)}. Received: {value!r}.")
    _floatx = value


def standardize(dtype: Any) -> str:
    """The canonical name of a dtype: a name, a NumPy dtype or type, or an engine's dtype; `None` is `floatx()`."""
    if dtype is None:
        return _floatx
    name = (
        dtype
        if isinstance(dtype, str)
        else getattr(dtype, "name", None) or getattr(dtype, "__name__", None) or str(dtype)
    )
    name = name.rpartition(".")[2]
    name = _ALIASES.get(name, name)
    if name not in ALL:
        raise ValueError(f"`dtype` must be one of {', '.join(ALL)}. Received: {dtype!r}.")
    return name


def is_float(dtype: str) -> bool:
    return dtype in FLOATS


def numpy_dtype(dtype: str) -> np.dtype:
    """NumPy's dtype for a name; bfloat16 and those of 8 bits come from `ml_dtypes`."""
    return np.dtype(getattr(ml_dtypes, dtype) if dtype in ("bfloat16", *FLOAT8) else dtype)


def finfo(dtype: str) -> Any:
    """Limits of a float dtype: `eps`, `max`, `min`, `tiny`."""
    return ml_dtypes.finfo(numpy_dtype(dtype))
