"""Whether something computes on the host."""

from __future__ import annotations

from typing import Any


def computes_on_host(operation: Any) -> bool:
    """Whether a layer declares it, or all layers of a model do."""
    front = getattr(getattr(operation, "__hornbeam__", None), "front", None)
    return getattr(type(operation), "runs_on_host", False) is True if front is None else front.is_all
