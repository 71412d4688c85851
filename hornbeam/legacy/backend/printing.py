"""Printing tensors."""

from __future__ import annotations

from hornbeam import engine, ops
from hornbeam.ops.dispatch import Array, op


@op(row_independent=True)
def print_tensor(x: Array, message: str = "") -> Array:
    """`x`, printed when it is computed; in a compiled program, whose values are elsewhere, its shape and dtype are.

    `compile(run_eagerly=True)` lets each step print values.
    """
    shown = f"<{engine.dtype_name(x)}{tuple(x.shape)}, compiled>" if engine.is_traced(x) else ops.convert_to_numpy(x)
    print(message, shown)
    return x
