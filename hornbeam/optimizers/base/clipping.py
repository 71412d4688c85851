"""Gradients made shorter: each by itself, or all by one factor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core.hyperparameter import is_on
from hornbeam.ops.dispatch import Array, as_array


def clip(optimizer: Any, grads: list[Array]) -> list[Array]:
    """Gradients, clipped as the optimizer's arguments say."""
    if is_on(optimizer, "clipnorm"):
        return [clip_by_norm(g, optimizer.clipnorm) for g in grads]
    if is_on(optimizer, "global_clipnorm"):
        return clip_by_global_norm(grads, optimizer.global_clipnorm)
    if is_on(optimizer, "clipvalue"):
        return [clip_by_value(g, optimizer.clipvalue) for g in grads]
    return grads


def clip_by_norm(g: Array, limit: float) -> Array:
    """`g`, made shorter if its norm is above `limit`."""
    return g * (limit / engine.maximum(engine.sqrt(engine.sum(g * g)), limit))


def clip_by_value(g: Array, limit: float) -> Array:
    """`g`, with every number moved into [-limit, limit]."""
    return engine.minimum(engine.maximum(g, -limit), limit)


def global_norm(grads: Sequence[Array]) -> Array:
    """√Σ g² over all gradients."""
    squares = [engine.sum(engine.cast(g * g, "float32")) for g in grads]
    total = squares[0]
    for square in squares[1:]:
        total = total + square
    return engine.sqrt(total)


def clip_by_global_norm(grads: Sequence[Array], limit: float) -> list[Array]:
    """All gradients, made shorter by one factor if their norm together is above `limit`."""
    factor = limit / engine.maximum(global_norm(grads), limit)
    return [g * engine.cast(factor, engine.dtype_name(g)) for g in grads]


def clip_norm(g: Array, c: float, n: Array) -> Array:
    """`g` made as long as `c` if its norm `n` is `c` or more, as in Keras 2; no change for `c` of 0 or less.

    >>> import hornbeam
    >>> hornbeam.optimizers.clip_norm([3.0, 4.0], 1.0, 5.0).tolist()
    [0.6000000238418579, 0.800000011920929]
    """
    g, n = as_array(g), as_array(n)
    return engine.where(n >= c, g * c / n, g) if c > 0 else g
