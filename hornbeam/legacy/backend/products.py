"""Products of tensors, by Keras 2's rules for their axes."""

from __future__ import annotations

import string
from typing import Any

from hornbeam import ops
from hornbeam.core.promotion import common_floats
from hornbeam.ops.dispatch import Array, op


def dot(x: Any, y: Any) -> Any:
    """The product over the last axis of `x` and the last but one of `y`."""
    return ops.dot(x, y)


@op(row_independent=True)
def batch_dot(x: Array, y: Array, axes: Any = None) -> Array:
    """For each row, the product of `x` and `y` over an axis of each; the other axes of `x`, then those of `y`, remain.

    Args:
        x, y: shape (batch, ...); what has only two axes gives a result of shape (batch, 1) with another of two.
        axes: one for both, or a pair; the last of `x` and the last but one of `y` by default.

    Where one has four axes or more, axes before the last two that have the same sizes in both are those of a batch of
    matrices, too, as up to Keras 2.2 and in tf.keras: (b, h, t, d) and (b, h, s, d) give (b, h, t, s) for `axes=3`.
    """
    nx, ny = len(x.shape), len(y.shape)
    if nx < 2 or ny < 2:
        raise ValueError(f"`batch_dot` needs at least 2 axes of each. Received: {tuple(x.shape)} and {tuple(y.shape)}.")
    over = (nx - 1, max(ny - 2, 1)) if axes is None else (axes, axes) if isinstance(axes, int) else tuple(axes)
    a, b = over[0] % nx, over[1] % ny
    if 0 in (a, b) or x.shape[a] != y.shape[b]:
        raise ValueError(
            "`axes` of `batch_dot` must be two axes of the same size, and not the batch. "
            f"Received: axes={over} of shapes {tuple(x.shape)} and {tuple(y.shape)}."
        )
    x, y = common_floats(x, y)
    of_x, of_y = list(string.ascii_lowercase[:nx]), ["a", *string.ascii_lowercase[nx : nx + ny - 1]]
    of_y[b] = of_x[a]
    shared = max(nx, ny, 3) - 2
    if min(a, b) < shared or x.shape[1:shared] != y.shape[1:shared]:
        shared = 1
    of_y[:shared] = of_x[:shared]
    kept = [of_x[i] for i in range(nx) if i != a] + [of_y[i] for i in range(shared, ny) if i != b]
    result = ops.einsum(f"{''.join(of_x)},{''.join(of_y)}->{''.join(kept)}", x, y)
    return ops.expand_dims(result, 1) if len(kept) == 1 else result
