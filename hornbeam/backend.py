"""What Keras 3 has in `keras.backend`: the engine's name, settings, dtypes; Keras 2's functions are found, too."""

from __future__ import annotations

import os
from typing import Any

from hornbeam import engine
from hornbeam.core import dtypes, naming, settings
from hornbeam.core.dtypes import FLOATS, SIGNED, UNSIGNED, floatx
from hornbeam.core.dtypes import standardize as standardize_dtype
from hornbeam.core.renaming.arguments import takes_old_arguments
from hornbeam.core.renaming.names import old_names_in
from hornbeam.core.settings import epsilon, image_data_format, set_image_data_format
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.training.programs.compiled import forget_compiled

__all__ = [
    "backend",
    "clear_session",
    "epsilon",
    "floatx",
    "get_uid",
    "image_data_format",
    "is_float_dtype",
    "is_int_dtype",
    "is_keras_tensor",
    "result_type",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "standardize_dtype",
]

__getattr__ = old_names_in(__name__)

set_epsilon = takes_old_arguments("keras.backend")(settings.set_epsilon)
set_floatx = takes_old_arguments("keras.backend")(dtypes.set_floatx)


# What such code is told, unless KERAS_BACKEND says that it chooses itself.
name_for_old_code: str | None = None


def backend() -> str:
    """The name of the active engine; for code of Keras 1 and 2, which knows none of them, see `legacy.imports`."""
    is_chosen = name_for_old_code is None or os.environ.get("KERAS_BACKEND") in engine.NAMES
    return engine.backend() if is_chosen else str(name_for_old_code)


def clear_session(free_memory: bool = True) -> None:
    """Start anew: count the names of layers from 0, forget compiled programs that no model uses, and Keras 2's phase.

    In a function that builds a model for a search only the names of that model start anew: the others still need the
    programs.

    Args:
        free_memory: accepted for code written for Keras: the memory of a model is freed with the model.
    """
    naming.reset()
    if naming.is_counted_apart():
        return
    naming.forget_uids()
    settings.set_learning_phase(None)
    forget_compiled()


def get_uid(prefix: str = "") -> int:
    """1 for the first call with `prefix`, then 2, and so on, until `clear_session`."""
    return naming.uid(prefix)


def is_float_dtype(dtype: Any) -> bool:
    """Whether a dtype is of floats."""
    name = standardize_dtype(dtype)
    return name in FLOATS or name.startswith("float8")


def _is_inexact(name: str) -> bool:
    return is_float_dtype(name) or name.startswith("complex")


def is_int_dtype(dtype: Any) -> bool:
    """Whether a dtype is of integers, with or without a sign."""
    return standardize_dtype(dtype) in (*SIGNED, *UNSIGNED)


def is_keras_tensor(x: Any) -> bool:
    """Whether `x` is a symbolic tensor: what `Input` gives, and layers called on it."""
    return isinstance(x, SymbolicTensor)


def result_type(*dtypes: Any) -> str:
    """The dtype of arithmetic between these; Python's `int` and `float` do not widen the others.

    >>> import hornbeam
    >>> hornbeam.backend.result_type("int32", "float16")
    'float16'
    """
    numbers = {int: 1, float: 1.0, bool: True}
    given = [numbers[d] if isinstance(d, type) and d in numbers else standardize_dtype(d) for d in dtypes]
    names = [d for d in given if isinstance(d, str)]
    if not names:
        return floatx() if not given or float in dtypes else "int32" if int in dtypes else "bool"
    name = engine.result_type(*given)
    return floatx() if float in dtypes and not any(_is_inexact(n) for n in names) else name
