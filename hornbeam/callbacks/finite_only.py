"""A checkpoint of weights that are no numbers any more would take the place of good ones: it is not written."""

from __future__ import annotations

from typing import Any

from hornbeam.core.finite import spoiled
from hornbeam.core.renaming.notice import warn_caller


def is_spoiled(model: Any, path: str) -> bool:
    """Whether a model's weights have become NaN or infinite, which is said."""
    found = spoiled(model)
    if found:
        more = f" and {len(found) - 1} more" if found[1:] else ""
        warn_caller(
            f"The weights must be finite to be saved to `{path}`, which stays as it is. Received: NaN or infinite "
            f"numbers in `{found[0]}`{more}; pass `allow_nonfinite=True` to save them all the same."
        )
    return bool(found)
