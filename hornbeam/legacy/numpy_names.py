"""Names that NumPy has removed since, for scripts that still use them."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

_BUILTINS = ("float", "int", "complex", "object", "str")
_RENAMED = {
    "float_": "float64",
    "complex_": "complex128",
    "unicode_": "str_",
    "string_": "bytes_",
    "NaN": "nan",
    "Inf": "inf",
    "Infinity": "inf",
    "infty": "inf",
    "PINF": "inf",
    "product": "prod",
    "cumproduct": "cumprod",
    "alltrue": "all",
    "sometrue": "any",
    "in1d": "isin",
    "row_stack": "vstack",
    "trapz": "trapezoid",
    "round_": "round",
    "asfarray": "asarray",
}


def install() -> None:
    """Give NumPy the names that it has not."""
    for name in _BUILTINS:
        _give(name, getattr(builtins, name))
    for name, new in _RENAMED.items():
        if hasattr(np, new):
            _give(name, getattr(np, new))
    _give("bool", bool)
    _give("long", int)
    _give("unicode", str)
    _give("NINF", -np.inf)
    _give("asscalar", lambda a: np.asarray(a).item())


def _give(name: str, value: Any) -> None:
    if name not in vars(np):
        setattr(np, name, value)
