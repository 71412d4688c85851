"""Arrays joined along an axis, and cut apart."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core.promotion import in_common
from hornbeam.ops.arrays.conversion import ndim
from hornbeam.ops.arrays.shapes import expand_dims, ravel
from hornbeam.ops.dispatch import Array, ArrayOrScalar, Arrays, normalize_axis, op


@op(counts=True)
def concatenate(xs: Arrays, axis: int = 0) -> Array:
    """Arrays joined along an axis that they have."""
    return engine.concatenate(list(xs), normalize_axis(axis, len(xs[0].shape)))


@op
def append(x1: ArrayOrScalar, x2: ArrayOrScalar, axis: int | None = None) -> Array:
    """`x2` after `x1` along `axis`, or both as vectors."""
    x1, x2 = in_common(x1, x2)
    return concatenate([ravel(x1), ravel(x2)]) if axis is None else concatenate([x1, x2], axis)


@op(counts=True)
def stack(x: Arrays, axis: int = 0) -> Array:
    """Arrays joined along a new axis."""
    return concatenate([expand_dims(each, axis) for each in x], axis)


@op
def hstack(xs: Arrays) -> Array:
    """Arrays joined along the second axis, vectors along the first."""
    xs = [_at_least(x, 1) for x in xs]
    return concatenate(xs, 0 if len(xs[0].shape) == 1 else 1)


@op
def vstack(xs: Arrays) -> Array:
    """Arrays joined along the first axis, vectors as rows."""
    return concatenate([_at_least(x, 2) for x in xs], 0)


@op
def dstack(xs: Arrays) -> Array:
    """Arrays joined along the third axis."""
    return concatenate([_at_least(x, 3) for x in xs], 2)


def _at_least(x: Array, n: int) -> Array:
    """`x` with at least `n` axes: () -> (1, 1, 1), (a,) -> (1, a, 1), (a, b) -> (a, b, 1)."""
    sizes = tuple(x.shape)
    sizes = (1,) * max(min(n, 2) - len(sizes), 0) + sizes
    return engine.reshape(x, sizes + (1,) * (n - len(sizes)))


@op(passes_values=True)
def split(x: Array, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Array]:
    """`x` in equal parts along `axis`, or cut at the given places.

    >>> import hornbeam
    >>> [part.tolist() for part in hornbeam.ops.split([1, 2, 3, 4], [1, 3])]
    [[1], [2, 3], [4]]
    """
    axis = normalize_axis(axis, len(x.shape))
    n = x.shape[axis]
    if isinstance(indices_or_sections, int):
        if n % indices_or_sections:
            raise ValueError(
                f"`indices_or_sections` must divide the size {n} of axis {axis}. Received: {indices_or_sections}."
            )
        indices_or_sections = [i * (n // indices_or_sections) for i in range(1, indices_or_sections)]
    return _cut(x, [int(i) for i in indices_or_sections], axis)


def _cut(x: Array, places: Sequence[int], axis: int) -> list[Array]:
    bounds = [0, *places, x.shape[axis]]
    return [x[(slice(None),) * axis + (slice(a, b),)] for a, b in itertools.pairwise(bounds)]


@op(passes_values=True)
def array_split(x: Array, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Array]:
    """Like `split`, where the first parts may be one longer than the others."""
    axis = normalize_axis(axis, len(x.shape))
    if isinstance(indices_or_sections, int):
        parts, rest = divmod(x.shape[axis], indices_or_sections)
        sizes = [parts + (i < rest) for i in range(indices_or_sections)]
        indices_or_sections = [int(i) for i in np.cumsum(sizes)[:-1]]
    return _cut(x, indices_or_sections, axis)


def hsplit(x: Any, indices_or_sections: int | Sequence[int]) -> list[Array]:
    """`split` along the second axis, of a vector along the first."""
    return split(x, indices_or_sections, 0 if ndim(x) == 1 else 1)


def vsplit(x: Any, indices_or_sections: int | Sequence[int]) -> list[Array]:
    """`split` along the first axis."""
    return split(x, indices_or_sections, 0)


def dsplit(x: Any, indices_or_sections: int | Sequence[int]) -> list[Array]:
    """`split` along the third axis."""
    return split(x, indices_or_sections, 2)


@op(passes_values=True)
def unstack(x: Array, num: int | None = None, axis: int = 0) -> list[Array]:
    """The slices of `x` along `axis`."""
    axis = normalize_axis(axis, len(x.shape))
    if num is not None and num != x.shape[axis]:
        raise ValueError(f"`num` must be the size {x.shape[axis]} of axis {axis}. Received: num={num}.")
    return [x[(slice(None),) * axis + (i,)] for i in range(x.shape[axis])]
