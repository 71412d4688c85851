"""The same elements in another shape."""

from __future__ import annotations

from collections.abc import Sequence

from hornbeam import engine
from hornbeam.core.brief import shown_shape
from hornbeam.ops.dispatch import Array, normalize_axes, normalize_axis, op


@op(passes_values=True)
def reshape(x: Array, newshape: int | Sequence[int | None]) -> Array:
    """`x` with other sizes and the same elements in the same order; one size may be -1."""
    return engine.reshape(
        x, (newshape,) if isinstance(newshape, int) else [-1 if n is None else int(n) for n in newshape]
    )


@op(passes_values=True)
def ravel(x: Array) -> Array:
    """`x` with a single axis."""
    return engine.reshape(x, (-1,))


@op(passes_values=True)
def transpose(x: Array, axes: Sequence[int] | None = None) -> Array:
    """`x` with its axes in another order, reversed by default."""
    n = len(x.shape)
    return engine.transpose(x, range(n)[::-1] if axes is None else [normalize_axis(a, n) for a in axes])


@op(passes_values=True)
def swapaxes(x: Array, axis1: int, axis2: int) -> Array:
    """`x` with two axes exchanged."""
    order = list(range(len(x.shape)))
    axis1, axis2 = normalize_axis(axis1, len(order)), normalize_axis(axis2, len(order))
    order[axis1], order[axis2] = axis2, axis1
    return engine.transpose(x, order)


@op(passes_values=True)
def moveaxis(x: Array, source: int | Sequence[int], destination: int | Sequence[int]) -> Array:
    """`x` with some axes moved and the others in their old order."""
    n = len(x.shape)
    moves = dict(zip(normalize_axes(destination, n), normalize_axes(source, n), strict=True))
    rest = iter([a for a in range(n) if a not in moves.values()])
    return engine.transpose(x, [moves[a] if a in moves else next(rest) for a in range(n)])


@op(passes_values=True, counts=True)
def expand_dims(x: Array, axis: int | Sequence[int]) -> Array:
    """`x` with axes of size 1 inserted so that they have the places `axis` in the result."""
    added = [axis] if isinstance(axis, int) else list(axis)
    n = len(x.shape) + len(added)
    places = {normalize_axis(a, n) for a in added}
    sizes = iter(x.shape)
    return engine.reshape(x, [1 if a in places else next(sizes) for a in range(n)])


@op(passes_values=True)
def squeeze(x: Array, axis: int | Sequence[int] | None = None) -> Array:
    """`x` without axes of size 1: the given ones, or all."""
    if axis is None:
        return engine.reshape(x, [n for n in x.shape if n != 1])
    dropped = normalize_axes(axis, len(x.shape))
    if any(x.shape[a] != 1 for a in dropped):
        raise ValueError(f"`axis` must name axes of size 1. Received: axis={axis} for shape {shown_shape(x.shape)}.")
    return engine.reshape(x, [n for a, n in enumerate(x.shape) if a not in dropped])


@op(passes_values=True)
def broadcast_to(x: Array, shape: Sequence[int]) -> Array:
    """`x` repeated along new axes and axes of size 1."""
    return engine.broadcast_to(x, shape)
