"""The same linear map along every line of an axis."""

from __future__ import annotations

import math

from hornbeam import engine
from hornbeam.ops.dispatch import Array


def times_along(x: Array, matrix: Array, axis: int) -> Array:
    """`y[..., i, ...] = sum over j of matrix[i, j] x[..., j, ...]`, with j along `axis`, counted from the end.

    The axes after it are one, so that it is one product of matrices for each of what comes before.
    """
    shape = tuple(x.shape)
    if axis == -1:
        return engine.matmul(x, engine.transpose(matrix, (1, 0)))
    before, after = shape[:axis], shape[axis + 1 :]
    y = engine.matmul(matrix, engine.reshape(x, (*before, shape[axis], math.prod(after))))
    return engine.reshape(y, (*before, matrix.shape[0], *after))
