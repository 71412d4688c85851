"""A checkpoint of weights that are no numbers any more would take the place of good ones: it is not written."""

from __future__ import annotations

import warnings
from typing import Any

from hornbeam.core.finite import spoiled


def is_spoiled(model: Any, path: str) -> bool:
    """Whether a model's weights have become NaN or infinite, which is said."""
    found = spoiled(model)
    if found:
        more = f" and {len(found) - 1} more" if found[1:] else ""
        warnings.warn(
            f"The weights must be finite to be saved to `{path}`, which stays as it is. Received: NaN or infinite "
            f"numbers in `{found[0]}`{more}; pass `allow_nonfinite=True` to save them all the same.",
            stacklevel=2,
        )
    return bool(found)
