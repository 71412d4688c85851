"""The same linear map along every line of an axis."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

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


# Numbers that a row of a matrix has side by side, up to which taking them one after another is faster than the product:
# 8 images of 224x224 to 299x299 in 2 ms and not 36 for two numbers, in 7 and not 21 for four (two cores, jax 0.10.2).
_FEW = 8


def known_times_along(x: Array, matrix: np.ndarray, axis: int) -> Array:
    """`times_along` for a matrix whose numbers are known: where each row has few of them, only these are counted.

    So it is for the gradient, which the engines would add up number by number.
    """

    def run(x: Array) -> tuple[Array, Any]:
        return _times_along(x, matrix, axis), lambda dy: known_times_along(dy, matrix.T, axis)

    return engine.custom_gradient(run)(x)


def _times_along(x: Array, matrix: np.ndarray, axis: int) -> Array:
    places = matrix != 0
    first = places.argmax(1)
    last = np.where(places.any(1), matrix.shape[1] - places[:, ::-1].argmax(1), 0)
    count = max(1, int((last - first).max()))
    if count > _FEW:
        return times_along(x, engine.asarray(matrix, engine.dtype_name(x)), axis)
    first = np.minimum(first, matrix.shape[1] - count)
    shape, axis = tuple(x.shape), axis % len(x.shape)
    before, after = shape[:axis], shape[axis + 1 :]
    # Three axes: XLA takes from more of them in an order that costs transposed copies.
    x = engine.reshape(x, (math.prod(before), shape[axis], math.prod(after)))
    total: Any = 0
    for i in range(count):
        share = np.take_along_axis(matrix, first[:, None] + i, 1)
        taken = engine.take(x, engine.asarray((first + i).astype(np.int32)), 1)
        total = total + taken * engine.asarray(share, engine.dtype_name(x))
    return engine.reshape(total, (*before, matrix.shape[0], *after))
