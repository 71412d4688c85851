"""Masks of attention: who may attend to what."""

from __future__ import annotations

from typing import Any

from hornbeam import engine


def as_bool(mask: Any) -> Any:
    """A mask of any dtype as booleans."""
    return engine.cast(engine.asarray(mask), "bool")


def both(one: Any, other: Any) -> Any:
    """What two masks leave; `None` masks nothing."""
    return other if one is None else one if other is None else engine.logical_and(one, other)


def band(targets: int, sources: int, width: int) -> Any:
    """True where a target and a source are less than `width` steps apart; shape (1, targets, sources)."""
    rows = engine.arange(0, targets, 1, "int32")[:, None]
    return (engine.abs(rows - engine.arange(0, sources, 1, "int32")) < width)[None]


def zero_unattended(y: Any, mask: Any) -> Any:
    """Zeros for the targets that may attend to nothing, whatever the engine's kernel gives there."""
    some = engine.any(mask, axis=-1)
    return engine.where(engine.transpose(some, (0, 2, 1))[..., None], y, 0)
