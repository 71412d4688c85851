"""`OldNameWarning`: what the new spelling of something is, said once for each old one."""

from __future__ import annotations

import reprlib
import sys
import types
import warnings
from collections.abc import Hashable, Mapping
from typing import Any


class OldNameWarning(UserWarning):
    """Something was called as in an older version of Keras: it works, and has another name today.

    `warnings.filterwarnings("ignore", category=hornbeam.OldNameWarning)` silences all of these.
    """


_PASSED = ("hornbeam.", "importlib", "contextlib")  # whose callers are meant

_said: set[Hashable] = set()


def say(key: Hashable, text: str) -> None:
    """Warn the code that called Hornbeam, the first time for this key in the process."""
    if key not in _said:
        _said.add(key)
        warn_caller(text, OldNameWarning)


def warn_caller(text: str, category: type[Warning] = UserWarning) -> None:
    """Warn the code that called Hornbeam, at its line."""
    frame = _caller()
    names, file = frame.f_globals, frame.f_code.co_filename
    said = names.setdefault("__warningregistry__", {})
    warnings.warn_explicit(text, category, file, frame.f_lineno, names.get("__name__"), said)


def _caller() -> types.FrameType:
    """The nearest caller of `say` that is neither Hornbeam's code nor Python's around it."""
    frame = sys._getframe(2)
    while frame.f_back is not None and (frame.f_globals.get("__name__") or "").startswith(_PASSED):
        frame = frame.f_back
    return frame


def shown(callee: str, arguments: Mapping[str, Any]) -> str:
    """A call as it is written: `Dense(input_dim=4)`."""
    return f"`{callee}({', '.join(f'{name}={reprlib.repr(value)}' for name, value in arguments.items())})`"
