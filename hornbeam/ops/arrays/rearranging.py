"""Elements repeated, turned round, moved along, and added around."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.ops.arrays.conversion import convert_to_numpy
from hornbeam.ops.arrays.joining import split
from hornbeam.ops.arrays.shapes import expand_dims, ravel, swapaxes
from hornbeam.ops.dispatch import Array, normalize_axes, normalize_axis, op


@op(passes_values=True)
def repeat(x: Array, repeats: int | Sequence[int], axis: int | None = None) -> Array:
    """Each element along `axis` repeated in place; `x` as a vector when there is no axis.

    >>> import hornbeam
    >>> hornbeam.ops.repeat([1, 2], 2).tolist()
    [1, 1, 2, 2]
    """
    if axis is None:
        x, axis = ravel(x), 0
    axis = normalize_axis(axis, len(x.shape))
    times = np.ravel(convert_to_numpy(repeats))
    if len(times) > 1:
        return engine.take(x, engine.asarray(np.repeat(np.arange(x.shape[axis]), times)), axis)
    count, sizes = int(times[0]), list(x.shape)
    wide = engine.broadcast_to(expand_dims(x, axis + 1), [*sizes[: axis + 1], count, *sizes[axis + 1 :]])
    return engine.reshape(wide, [*sizes[:axis], sizes[axis] * count, *sizes[axis + 1 :]])


@op(passes_values=True)
def tile(x: Array, repeats: int | Sequence[int]) -> Array:
    """`x` laid next to itself, `repeats` times along each axis."""
    repeats = convert_to_numpy(repeats).tolist() if hasattr(repeats, "shape") else repeats
    times = (repeats,) if isinstance(repeats, int) else tuple(int(n) for n in repeats)
    n = max(len(times), len(x.shape))
    sizes = (1,) * (n - len(x.shape)) + tuple(x.shape)
    times = (1,) * (n - len(times)) + times
    column = engine.reshape(x, [k for size in sizes for k in (1, size)])
    wide = engine.broadcast_to(column, [k for pair in zip(times, sizes) for k in pair])
    return engine.reshape(wide, [a * b for a, b in zip(times, sizes)])


@op(passes_values=True)
def flip(x: Array, axis: int | Sequence[int] | None = None) -> Array:
    """`x` with the order of its elements reversed along `axis`, or along all axes."""
    return engine.flip(x, normalize_axes(axis, len(x.shape)))


def fliplr(x: Any) -> Array:
    """`x` reversed along its second axis."""
    return flip(x, 1)


def flipud(x: Any) -> Array:
    """`x` reversed along its first axis."""
    return flip(x, 0)


@op(passes_values=True)
def rot90(array: Array, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Array:
    """`array` turned by `k` right angles, from the first of `axes` towards the second."""
    if len(set(normalize_axes(axes, len(array.shape)))) != 2 or len(axes) != 2:
        raise ValueError(f"`axes` must be two different axes. Received: axes={axes}.")
    k = k % 4
    if k == 2:
        return flip(array, tuple(axes))
    if k == 1:
        array = flip(array, axes[1])
    array = swapaxes(array, *axes) if k else array
    return flip(array, axes[1]) if k == 3 else array


@op(passes_values=True)
def roll(x: Array, shift: int | Sequence[int], axis: int | Sequence[int] | None = None) -> Array:
    """`x` with its elements moved along `axis`, those that leave the end coming in at the front."""
    if axis is None:
        return engine.reshape(roll(ravel(x), shift, 0), x.shape)
    axes = normalize_axes(axis, len(x.shape))
    shifts = [shift] * len(axes) if isinstance(shift, int) else shift
    for places, a in zip(shifts, axes, strict=True):
        n = x.shape[a]
        cut = (-places) % n if n else 0
        x = engine.concatenate(split(x, [cut], a)[::-1], a) if cut else x
    return x


@op
def pad(x: Array, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> Array:
    """`x` with elements added around it.

    Args:
        x: an array.
        pad_width: how many: one number, one (before, after) pair, or a pair for every axis.
        mode: "constant", "reflect", "symmetric" or "edge".
        constant_values: what "constant" adds; 0 by default.
    """
    mode = mode.lower()
    if constant_values is not None and mode != "constant":
        raise ValueError(f"`constant_values` needs mode='constant'. Received: mode={mode!r}.")
    pads = np.broadcast_to(np.asarray(pad_width), (len(x.shape), 2)).tolist()
    return engine.pad(x, [tuple(p) for p in pads], mode, 0 if constant_values is None else constant_values)
