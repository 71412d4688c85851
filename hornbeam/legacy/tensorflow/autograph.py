"""`tf.autograph`: functions run as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def set_verbosity(level: int, alsologtostdout: bool = False) -> None:
    """Nothing."""


class experimental:
    """`tf.autograph.experimental`."""

    @staticmethod
    def do_not_convert(func: Callable[..., Any] | None = None) -> Any:
        """`func` as it is."""
        return func if func is not None else lambda decorated: decorated
