"""The dtype of arithmetic between two arrays; a Python number beside an array counts only by its kind."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.core import dtypes


def in_common(x1: Any, x2: Any) -> tuple[Any, Any]:
    """Both in the dtype that arithmetic between them gives."""
    return _both(x1, x2, engine.result_type(x1, x2))


def common_floats(x1: Any, x2: Any) -> tuple[Any, Any]:
    """Both in the dtype of floats (or complex numbers) that they have in common."""
    dtype = engine.result_type(x1, x2)
    return _both(x1, x2, dtype if dtypes.is_float(dtype) or dtype.startswith("complex") else dtypes.floatx())


def numbers(x1: Any, x2: Any) -> tuple[Any, Any]:
    """Both, truth values beside numbers as numbers: not every engine does that, or in 32 bits."""
    return (x1, x2) if _is_truth(x1) == _is_truth(x2) else in_common(x1, x2)


def counted(x1: Any, x2: Any) -> tuple[Any, Any]:
    """Both, truth values as numbers, which are int32 where there are no others."""
    if not (_is_truth(x1) or _is_truth(x2)):
        return x1, x2
    dtype = engine.result_type(x1, x2)
    return _both(x1, x2, "int32" if dtype == "bool" else dtype)


def _both(x1: Any, x2: Any, dtype: str) -> tuple[Any, Any]:
    return engine.cast(engine.asarray(x1), dtype), engine.cast(engine.asarray(x2), dtype)


def _is_truth(x: Any) -> bool:
    return isinstance(x, bool) or (not isinstance(x, int | float) and engine.dtype_name(x) == "bool")
