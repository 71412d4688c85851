"""Products of arrays."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core.brief import shown_shape
from hornbeam.core.promotion import common_floats, in_common
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, ArrayOrScalar, normalize_axis, op


@op
def matmul(x1: Array, x2: Array) -> Array:
    """Matrix product over the last two axes; a vector is a row on the left and a column on the right."""
    return engine.matmul(*_wide([x1, x2]))


def _wide(xs: Sequence[Array]) -> Sequence[Array]:
    """Products of 8-bit integers are added in 32 bits."""
    return [engine.cast(x, "int32") for x in xs] if all(engine.dtype_name(x) == "int8" for x in xs) else xs


@op
def einsum(subscripts: str, *operands: Array, **kwargs: Any) -> Array:
    """Einstein's summation: "ij,jk->ik" is the product of two matrices."""
    return engine.einsum(subscripts, *_wide(operands))


@op
def dot(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """The sum over the last axis of `x1` and the second to last (or only) axis of `x2`."""
    x1, x2 = in_common(x1, x2)
    if len(x1.shape) == 0 or len(x2.shape) == 0:
        return x1 * x2
    if len(x2.shape) <= 2:
        return engine.matmul(x1, x2)
    return tensordot(x1, x2, ((-1,), (-2,)))


@op
def tensordot(x1: Array, x2: Array, axes: Any = 2) -> Array:
    """The sum over pairs of axes: the last of `x1` with the first of `x2`, or two lists of axes."""
    n1, n2 = len(x1.shape), len(x2.shape)
    left, right = (range(n1 - axes, n1), range(axes)) if isinstance(axes, int) else axes
    left, right = ((a,) if isinstance(a, int) else a for a in (left, right))
    letters1, letters2 = string.ascii_lowercase[:n1], list(string.ascii_uppercase[:n2])
    for a, b in zip(left, right, strict=True):
        letters2[normalize_axis(b, n2)] = letters1[a]
    summed = {letters1[a] for a in left}
    rest = [c for c in [*letters1, *letters2] if c not in summed]
    return engine.einsum(f"{letters1},{''.join(letters2)}->{''.join(rest)}", x1, x2)


@op
def inner(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """The sum over the last axes of both."""
    x1, x2 = in_common(x1, x2)
    scalar = len(x1.shape) == 0 or len(x2.shape) == 0
    return x1 * x2 if scalar else tensordot(x1, x2, ((-1,), (-1,)))


@op
def outer(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """`x1[i] * x2[j]` of two vectors."""
    x1, x2 = in_common(x1, x2)
    return arrays.ravel(x1)[:, None] * arrays.ravel(x2)[None, :]


@op
def vdot(x1: Array, x2: Array) -> Array:
    """The sum of the products of all elements."""
    x1 = x1.conj() if engine.dtype_name(x1).startswith("complex") else x1
    return engine.matmul(arrays.ravel(x1), arrays.ravel(x2))


@op
def cross(x1: Array, x2: Array, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Array:
    """The vector product in space; of vectors in the plane its third component."""
    if axis is not None:
        axisa = axisb = axisc = axis
    a = arrays.unstack(x1, axis=axisa)
    b = arrays.unstack(x2, axis=axisb)
    if not {len(a), len(b)} <= {2, 3}:
        raise ValueError(
            f"`cross` takes vectors of 2 or 3 components, along `axisa` and `axisb`. "
            f"Received: shapes {shown_shape(x1.shape)} and {shown_shape(x2.shape)}, axisa={axisa}, axisb={axisb}."
        )
    if len(a) == len(b) == 2:
        return a[0] * b[1] - a[1] * b[0]
    a, b = (v if len(v) == 3 else [*v, arrays.zeros_like(v[0])] for v in (a, b))
    parts = [a[i] * b[j] - a[j] * b[i] for i, j in ((1, 2), (2, 0), (0, 1))]
    return arrays.stack(parts, axisc)


@op
def kron(x1: ArrayOrScalar, x2: ArrayOrScalar) -> Array:
    """Every element of `x1` times the whole of `x2`, as blocks."""
    x1, x2 = in_common(x1, x2)
    n = max(len(x1.shape), len(x2.shape))
    sizes1, sizes2 = ((1,) * (n - len(x.shape)) + tuple(x.shape) for x in (x1, x2))
    left = engine.reshape(x1, [k for size in sizes1 for k in (size, 1)])
    right = engine.reshape(x2, [k for size in sizes2 for k in (1, size)])
    return engine.reshape(left * right, [a * b for a, b in zip(sizes1, sizes2)])


@op
def cdist(x: Array, y: Array) -> Array:
    """The Euclidean distance of each row of `x` from each row of `y`."""
    if min(len(x.shape), len(y.shape)) < 2:
        raise ValueError(
            f"`x` and `y` must have rows. Received: shapes {shown_shape(x.shape)} and {shown_shape(y.shape)}."
        )
    x, y = common_floats(x, y)
    difference = x[..., :, None, :] - y[..., None, :, :]
    square = engine.sum(difference * difference, -1)
    apart = square > 0  # the gradient at 0 is 0
    return engine.where(apart, engine.sqrt(engine.where(apart, square, 1.0)), 0.0)
