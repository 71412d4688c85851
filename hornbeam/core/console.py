"""Where what is printed is read: on a terminal or in a notebook, where a line can be drawn anew, or in a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any


def is_terminal(stream: Any) -> bool:
    return bool(getattr(stream, "isatty", _no)()) and os.environ.get("TERM") != "dumb"


def is_notebook() -> bool:
    shell: Callable[[], Any] = getattr(sys.modules.get("IPython"), "get_ipython", _nothing)
    return getattr(shell(), "kernel", None) is not None


def _no() -> bool:
    return False


def _nothing() -> None:
    return None
