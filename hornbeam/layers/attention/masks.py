"""Masks of attention: who may attend to what."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.core.brief import shown_shape
from hornbeam.layers.base.layer import Layer


def as_bool(mask: Any) -> Any:
    """A mask of any dtype as booleans."""
    return engine.cast(engine.asarray(mask), "bool")


def both(one: Any, other: Any) -> Any:
    """What two masks leave; `None` masks nothing."""
    return other if one is None else one if other is None else engine.logical_and(one, other)


def causal(targets: int, sources: int) -> Any:
    """True where a source is not after a target; shape (1, targets, sources)."""
    return band(targets, sources, None)


def band(targets: int, sources: int, width: int | None) -> Any:
    """True where a target and a source are less than `width` steps apart, or without it the source comes first."""
    steps = engine.arange(0, targets, 1, "int32")[:, None] - engine.arange(0, sources, 1, "int32")
    return (steps >= 0 if width is None else engine.abs(steps) < width)[None]


def with_heads(mask: Any, rank: int, axes: int) -> Any:
    """A mask (batch, ..., targets, sources) as it broadcasts to scores of `rank` axes, which have heads as well.

    Args:
        mask: booleans; `None` stays.
        rank: of the scores.
        axes: how many axes are attended over: so many of targets and of sources.
    """
    if mask is None:
        return None
    place = mask.ndim - 2 * axes
    return engine.reshape(mask, (*mask.shape[:place], *(1,) * (rank - mask.ndim), *mask.shape[place:]))


def zero_unattended(y: Any, mask: Any) -> Any:
    """Zeros for the targets that may attend to nothing, whatever the engine's kernel gives there."""
    some = engine.any(mask, axis=-1)
    return engine.where(engine.transpose(some, (0, 2, 1))[..., None], y, 0)


def check_mask(layer: Layer, name: str, mask: Any, x: Any) -> None:
    """Raise unless a mask has the shape (batch, steps) of the tensor that it is for; `None` masks nothing."""
    if mask is None:
        return
    shape, steps = tuple(mask.shape), tuple(x.shape[:-1])
    if len(shape) != len(steps) or any(a != b and a != 1 for a, b in zip(shape, steps, strict=True)):
        raise ValueError(
            f"`{name}` of layer `{layer.name}` ({type(layer).__name__}) must have the shape of what it masks without "
            f"its last axis, {steps}. Received: shape {shape}."
        )


def check_attention_mask(layer: Any, mask: Any, query: Any, value: Any) -> None:
    """Raise unless a mask has an element for each target and source, or 1 where it is the same for all."""
    if mask is None:
        return
    expected = tuple(x.shape[a] for x in (query, value) for a in layer.axes)
    shape = tuple(mask.shape)
    found = shape[-len(expected) :]
    if len(found) < len(expected) or any(n not in (1, size) for n, size in zip(found, expected, strict=True)):
        raise ValueError(
            f"`attention_mask` of layer `{layer.name}` ({type(layer).__name__}) must end with the sizes of targets and "
            f"sources, {shown_shape(expected)}. Received: shape {shown_shape(shape)}."
        )
