"""The `salt` argument of layers that hash."""

from __future__ import annotations

from typing import Any

import numpy as np


def salt_key(layer: Any, salt: Any) -> tuple[int, int] | None:
    """One integer or two as a key of SipHash; `None` stays `None`.

    Raises:
        ValueError: for anything else.
    """
    if salt is None:
        return None
    parts = [salt, salt] if isinstance(salt, int | np.integer) else salt
    if (
        not isinstance(parts, list | tuple | np.ndarray)
        or len(parts) != 2
        or any(isinstance(part, bool) or not isinstance(part, int | np.integer) for part in parts)
    ):
        raise ValueError(f"`salt` of `{type(layer).__name__}` must be one or two integers. Received: salt={salt!r}.")
    return int(parts[0]), int(parts[1])
