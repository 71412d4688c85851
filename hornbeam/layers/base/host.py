"""Whether something computes on the host."""

from __future__ import annotations

from typing import Any


def computes_on_host(operation: Any) -> bool:
    """Whether a layer declares it, or all layers of a model do."""
    front = getattr(getattr(operation, "__hornbeam__", None), "front", None)
    return getattr(type(operation), "runs_on_host", False) is True if front is None else front.is_all


def can_compute_on_host(operation: Any) -> bool:
    """Whether a layer that computes on the device may do so on the host, for a layer there that needs its output."""
    return getattr(type(operation), "may_run_on_host", False) is True
