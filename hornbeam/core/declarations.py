"""What a class declares of itself, and what a subclass that computes something else does not inherit.

`Layer`, `Loss` and `Metric` say in class attributes what training must know of them (`row_independent`, ...). A class
with a `call` of its own is another computation: unless it repeats a declaration, nothing is known of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def forget_inherited(cls: type, methods: Iterable[str], unknown: dict[str, Any]) -> None:
    """Give a class that defines one of `methods` the values `unknown` for what it does not itself declare."""
    if any(method in cls.__dict__ for method in methods):
        for name, value in unknown.items():
            if name not in cls.__dict__:
                setattr(cls, name, value)
