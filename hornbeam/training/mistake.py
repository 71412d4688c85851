"""`Mistake`: what was found before or while a model is trained."""

from __future__ import annotations

from typing import NamedTuple


class Mistake(NamedTuple):
    """What was found, by the name that the doctor has for it, and what to do."""

    finding: str
    what: str
    fix: str
    is_error: bool = False

    def __str__(self) -> str:
        return f"{self.what}; {self.fix}"
