"""Layers are made once: one that a `call` makes is another at every call, and nothing trains it."""

from __future__ import annotations

from typing import Any

from hornbeam.core.running import running
from hornbeam.layers.base.tracking import flatten


def check_place(layer: Any) -> None:
    """Raise for a weight, made in a compiled step, of a layer that the outermost one does not hold.

    Raises:
        ValueError: naming the layer whose `call` makes the other one, with the fix.
    """
    calls = running.layers
    if running.structure is None or not calls or any(layer is known for known in flatten(calls[0])):
        return
    owner = calls[-2] if len(calls) > 1 else calls[0]
    raise ValueError(
        f"`call` of layer `{owner.name}` ({type(owner).__name__}) must use layers that are made once, in `__init__` or "
        f"`build`, and kept as attributes: others are new at each call and never trained. Received: a layer "
        f"{type(layer).__name__} that `call` makes."
    )
