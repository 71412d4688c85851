"""Writing, or adding up, at places whose coordinates are given."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hornbeam import engine
from hornbeam.ops.arrays.creation import zeros
from hornbeam.ops.dispatch import Array, op


@op
def scatter(indices: Array, values: Array, shape: Sequence[int]) -> Array:
    """Zeros of the given shape with `values` added at `indices`, whose last axis holds coordinates.

    Negative coordinates count from the end; what lies outside of the shape is left out.

    >>> import hornbeam
    >>> hornbeam.ops.scatter([[0], [2]], [5.0, 7.0], (4,)).tolist()
    [5.0, 0.0, 7.0, 0.0]
    """
    empty = zeros(shape, engine.dtype_name(values))
    return engine.scatter_add(empty, *_rows(empty, indices, values))


def _rows(x: Array, indices: Array, updates: Array) -> tuple[Array, Array]:
    k = indices.shape[-1]
    updates = engine.broadcast_to(updates, tuple(indices.shape[:-1]) + tuple(x.shape[k:]))
    rows = math.prod(indices.shape[:-1])
    return engine.reshape(indices, (rows, k)), engine.reshape(updates, (rows,) + tuple(x.shape[k:]))


@op
def scatter_update(inputs: Array, indices: Array, updates: Array, reduction: str | None = None) -> Array:
    """`inputs` with `updates` written, or combined by `reduction`, at `indices`, whose last axis holds coordinates.

    Args:
        inputs: an array.
        indices: integers of shape (..., k): coordinates along the first k axes, negative ones from the end; nothing is
            written outside of the array.
        updates: values of shape (..., *inputs.shape[k:]).
        reduction: `None` to replace, or "add", "max", "min", "mul".
    """
    updates = engine.cast(updates, engine.dtype_name(inputs))
    indices, updates = _rows(inputs, indices, updates)
    if reduction is None:
        return engine.scatter_update(inputs, indices, updates)
    if reduction == "add":
        return engine.scatter_add(inputs, indices, updates)
    combine = {"max": engine.maximum, "min": engine.minimum, "mul": lambda a, b: a * b}.get(reduction)
    if combine is None:
        raise ValueError(f"`reduction` must be None, 'add', 'max', 'min' or 'mul'. Received: {reduction!r}.")

    def body(x: Array, row: tuple[Array, Array]) -> tuple[Array, None]:
        place, update = row
        k = place.shape[0]
        old = engine.dynamic_slice(x, [place[i] for i in range(k)] + [0] * (len(x.shape) - k), (1,) * k + x.shape[k:])
        return engine.scatter_update(
            x, place[None], combine(engine.reshape(old, update[None].shape), update[None])
        ), None

    return engine.scan(body, inputs, (indices, updates))[0]
