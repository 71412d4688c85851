"""`Mistake`: what was found before or while a model is trained."""

from __future__ import annotations

from typing import Any, NamedTuple

from hornbeam.core.renaming.notice import warn_caller


class Mistake(NamedTuple):
    """What was found, by the name that the doctor has for it, and what to do."""

    finding: str
    what: str
    fix: str
    is_error: bool = False

    def __str__(self) -> str:
        return f"{self.what}; {self.fix}"


def tell(model: Any, mistake: Mistake) -> None:
    """Warn of what was found while a model is trained, and keep it for `model.diagnosis`."""
    model.__hornbeam__.run_state.mistakes.append(mistake)
    warn_caller(str(mistake))
